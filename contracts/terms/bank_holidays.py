"""The bank holidays of 2018 to 2028, as a register starts with them.

Facts, as gov.uk lists them; checked against the rules they follow in tests/contracts/terms/test_holidays.py.
A day that falls on a weekend is here with its substitute. What is proclaimed later is added on the page of
bank holidays.
"""

from datetime import date

NEW_YEAR, GOOD_FRIDAY, EASTER = "New Year’s Day", "Good Friday", "Easter Monday"
MAY, SPRING, SUMMER = "Early May bank holiday", "Spring bank holiday", "Summer bank holiday"
CHRISTMAS, BOXING = "Christmas Day", "Boxing Day"
SECOND, ANDREW = "2 January", "St Andrew’s Day"
PATRICK, BOYNE = "St Patrick’s Day", "Battle of the Boyne (Orangemen’s Day)"
SUBSTITUTE = " (substitute day)"

# (month, day, name) by year; a name that ends in * stands for a substitute day.
_EVERYWHERE = {
    2018: ((1, 1, NEW_YEAR), (3, 30, GOOD_FRIDAY), (5, 7, MAY), (5, 28, SPRING), (12, 25, CHRISTMAS), (12, 26, BOXING)),
    2019: ((1, 1, NEW_YEAR), (4, 19, GOOD_FRIDAY), (5, 6, MAY), (5, 27, SPRING), (12, 25, CHRISTMAS), (12, 26, BOXING)),
    2020: ((1, 1, NEW_YEAR), (4, 10, GOOD_FRIDAY), (5, 8, "Early May bank holiday (VE Day)"), (5, 25, SPRING), (12, 25, CHRISTMAS), (12, 28, BOXING + "*")),
    2021: ((1, 1, NEW_YEAR), (4, 2, GOOD_FRIDAY), (5, 3, MAY), (5, 31, SPRING), (12, 27, CHRISTMAS + "*"), (12, 28, BOXING + "*")),
    2022: ((4, 15, GOOD_FRIDAY), (5, 2, MAY), (6, 2, SPRING), (6, 3, "Platinum Jubilee"), (9, 19, "State Funeral of Queen Elizabeth II"), (12, 26, BOXING), (12, 27, CHRISTMAS + "*")),
    2023: ((4, 7, GOOD_FRIDAY), (5, 1, MAY), (5, 8, "Coronation of King Charles III"), (5, 29, SPRING), (12, 25, CHRISTMAS), (12, 26, BOXING)),
    2024: ((1, 1, NEW_YEAR), (3, 29, GOOD_FRIDAY), (5, 6, MAY), (5, 27, SPRING), (12, 25, CHRISTMAS), (12, 26, BOXING)),
    2025: ((1, 1, NEW_YEAR), (4, 18, GOOD_FRIDAY), (5, 5, MAY), (5, 26, SPRING), (12, 25, CHRISTMAS), (12, 26, BOXING)),
    2026: ((1, 1, NEW_YEAR), (4, 3, GOOD_FRIDAY), (5, 4, MAY), (5, 25, SPRING), (12, 25, CHRISTMAS), (12, 28, BOXING + "*")),
    2027: ((1, 1, NEW_YEAR), (3, 26, GOOD_FRIDAY), (5, 3, MAY), (5, 31, SPRING), (12, 27, CHRISTMAS + "*"), (12, 28, BOXING + "*")),
    2028: ((4, 14, GOOD_FRIDAY), (5, 1, MAY), (5, 29, SPRING), (12, 25, CHRISTMAS), (12, 26, BOXING)),
}  # fmt: skip
# Easter Monday, the last Monday in August, and New Year's Day where it moves.
_NOT_IN_SCOTLAND = {
    2018: ((4, 2, EASTER), (8, 27, SUMMER)),
    2019: ((4, 22, EASTER), (8, 26, SUMMER)),
    2020: ((4, 13, EASTER), (8, 31, SUMMER)),
    2021: ((4, 5, EASTER), (8, 30, SUMMER)),
    2022: ((1, 3, NEW_YEAR + "*"), (4, 18, EASTER), (8, 29, SUMMER)),
    2023: ((1, 2, NEW_YEAR + "*"), (4, 10, EASTER), (8, 28, SUMMER)),
    2024: ((4, 1, EASTER), (8, 26, SUMMER)),
    2025: ((4, 21, EASTER), (8, 25, SUMMER)),
    2026: ((4, 6, EASTER), (8, 31, SUMMER)),
    2027: ((3, 29, EASTER), (8, 30, SUMMER)),
    2028: ((1, 3, NEW_YEAR + "*"), (4, 17, EASTER), (8, 28, SUMMER)),
}  # fmt: skip
_SCOTLAND = {
    2018: ((1, 2, SECOND), (8, 6, SUMMER), (11, 30, ANDREW)),
    2019: ((1, 2, SECOND), (8, 5, SUMMER), (12, 2, ANDREW + "*")),
    2020: ((1, 2, SECOND), (8, 3, SUMMER), (11, 30, ANDREW)),
    2021: ((1, 4, SECOND + "*"), (8, 2, SUMMER), (11, 30, ANDREW)),
    2022: ((1, 3, NEW_YEAR + "*"), (1, 4, SECOND + "*"), (8, 1, SUMMER), (11, 30, ANDREW)),
    2023: ((1, 2, SECOND), (1, 3, NEW_YEAR + "*"), (8, 7, SUMMER), (11, 30, ANDREW)),
    2024: ((1, 2, SECOND), (8, 5, SUMMER), (12, 2, ANDREW + "*")),
    2025: ((1, 2, SECOND), (8, 4, SUMMER), (12, 1, ANDREW + "*")),
    2026: ((1, 2, SECOND), (6, 15, "World Cup bank holiday"), (8, 3, SUMMER), (11, 30, ANDREW)),
    2027: ((1, 4, SECOND + "*"), (8, 2, SUMMER), (11, 30, ANDREW)),
    2028: ((1, 3, NEW_YEAR + "*"), (1, 4, SECOND + "*"), (8, 7, SUMMER), (11, 30, ANDREW)),
}  # fmt: skip
_NORTHERN_IRELAND = {
    2018: ((3, 19, PATRICK + "*"), (7, 12, BOYNE)),
    2019: ((3, 18, PATRICK + "*"), (7, 12, BOYNE)),
    2020: ((3, 17, PATRICK), (7, 13, BOYNE + "*")),
    2021: ((3, 17, PATRICK), (7, 12, BOYNE)),
    2022: ((3, 17, PATRICK), (7, 12, BOYNE)),
    2023: ((3, 17, PATRICK), (7, 12, BOYNE)),
    2024: ((3, 18, PATRICK + "*"), (7, 12, BOYNE)),
    2025: ((3, 17, PATRICK), (7, 14, BOYNE + "*")),
    2026: ((3, 17, PATRICK), (7, 13, BOYNE + "*")),
    2027: ((3, 17, PATRICK), (7, 12, BOYNE)),
    2028: ((3, 17, PATRICK), (7, 12, BOYNE)),
}  # fmt: skip
_TABLES = {
    "england_wales": (_EVERYWHERE, _NOT_IN_SCOTLAND),
    "scotland": (_EVERYWHERE, _SCOTLAND),
    "northern_ireland": (_EVERYWHERE, _NOT_IN_SCOTLAND, _NORTHERN_IRELAND),
}


def listed() -> list[tuple[str, date, str]]:
    """(nation, day, name) of every bank holiday, in order of nation and day."""
    return [
        (nation, date(year, month, day), name.replace("*", SUBSTITUTE))
        for nation, tables in _TABLES.items()
        for year in _EVERYWHERE
        for month, day, name in sorted(line for table in tables for line in table[year])
    ]
