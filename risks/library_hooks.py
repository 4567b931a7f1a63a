"""What the library and the matrix add to the pages about risks as a whole."""

from contracts import parts
from risks import pages

pages.register(
    pages.Page("library", "Library", "risks:library", order=60, shown=parts.sees_contracts)
)
pages.register(
    pages.Page(
        "matrix", "How risks are scored", "risks:matrix", order=70, shown=parts.sees_contracts
    )
)
