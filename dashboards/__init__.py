"""One first page for each kind of person: My work, SRO, Portfolio."""
