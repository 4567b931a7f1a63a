"""A register that already exists comes in: upload, mapping, preview, confirm, undo."""
