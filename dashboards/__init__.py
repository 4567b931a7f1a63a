"""One first page for each kind of person: My work, Overview (SRO), My units, Portfolio, Set-up.

Collects from the rooms below and owns no table: what is due comes from `common.deadlines`, what is
missing from `contracts.checks`, how it goes from `performance`. Every number leads to the list behind it.
"""
