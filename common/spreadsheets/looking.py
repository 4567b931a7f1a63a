"""A first look at a file: its headings, and a few samples of what stands below each."""

from itertools import islice

from common.spreadsheets import values
from common.spreadsheets.reading import UnreadableFile, open_table

_ROWS_LOOKED_AT = 200
_SAMPLES, _LONGEST_SAMPLE = 3, 80


def look_at(file, *, sheet="", limits, known):
    """The headings of a file, three samples for each column and, of a workbook, its sheets."""
    with open_table(file, sheet=sheet, limits=limits, known=known) as table:
        rows = [cells for _, cells in islice(table.rows, _ROWS_LOOKED_AT)]
    if not rows:
        raise UnreadableFile(
            "The file has headings but no rows below them. Check that you chose the right file."
        )
    samples = []
    for position in range(len(table.headings)):
        said = (values.text(cells[position]) for cells in rows if position < len(cells))
        found = islice(dict.fromkeys(filter(None, said)), _SAMPLES)
        samples.append([text[:_LONGEST_SAMPLE] for text in found])
    headings = [
        heading or f"Column {number}" for number, heading in enumerate(table.headings, start=1)
    ]
    return {
        "headings": headings,
        "samples": samples,
        "sheet": table.sheet,
        "sheets": table.sheets,
    }
