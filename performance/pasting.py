"""A column that was copied from a spreadsheet, put into the boxes of the month's sheet. Nothing is saved by it."""

from collections import Counter


class NotFitting(Exception):
    """The rows cannot be dealt out to the lines; `str()` says why."""


def fill(data, text, lines):
    """The sheet's data with a pasted column in it: a value in each row or, parted by tabs, value and comment, or
    the KPI's name or reference before them.

    Rows go to the lines that have no reading yet, in the order of the page; a row that begins with a name goes to
    its line. An empty row leaves its line alone. Raises `NotFitting`.
    """
    filled = data.copy()
    free = [line for line in lines if line.reading is None]
    named = _by_name(lines)
    waiting = iter(free)
    rows = [row.split("\t") for row in text.rstrip().splitlines()]
    _refuse_if_too_many(rows, named, free)
    for row in rows:
        cells = [cell.strip() for cell in row]
        line = named.get(_key(cells[0])) if len(cells) > 1 else None
        if line is not None:
            cells = cells[1:]
        else:
            line = next(waiting)
        _put(filled, line, *cells[:2])
    return filled


def _refuse_if_too_many(rows, named, free):
    by_order = sum(1 for row in rows if len(row) < 2 or _key(row[0]) not in named)
    if by_order > len(free):
        raise NotFitting(
            f"You pasted {by_order} values, but {len(free)} of the lines below have no reading yet. Paste them with "
            "the names of the KPIs before them, or leave an empty row for each line to pass over"
        )


def _put(filled, line, value="", comment=""):
    if value:
        filled[f"{line.prefix}-value"] = value
    if comment:
        filled[f"{line.prefix}-comment"] = comment


def _by_name(lines):
    """Each line by its KPI's name and reference, where only one line has it."""
    keys = [
        (_key(name), line)
        for line in lines
        for name in {line.indicator.name, line.indicator.reference}
        if name
    ]
    often = Counter(key for key, _ in keys)
    return {key: line for key, line in keys if often[key] == 1}


def _key(text):
    return " ".join(text.casefold().split())
