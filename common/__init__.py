"""The tool shed: list pages, spreadsheets, charts, history in words, locking. No noun of the domain."""
