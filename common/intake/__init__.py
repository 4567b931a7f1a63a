"""Rows of a spreadsheet come into a room: upload, columns, preview, confirm.

The register itself has an importer of its own (`contracts.imports`), made for a hundred thousand rows. This one
is for what people keep beside it, some thousand rows at most: KPIs, obligations and the like. It looks the same,
and a room says only what its columns are and which form and actions its rows go through (`kinds.Kind`), so that
what may be typed and what may be imported is the same.
"""
