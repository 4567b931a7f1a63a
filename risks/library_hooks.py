"""What the library and the matrix add to the pages about risks as a whole."""

from contracts import parts
from risks import pages

pages.register(
    pages.Page("library", "Library", "risks:library", order=60, shown=parts.sees_contracts)
)
