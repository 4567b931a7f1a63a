"""A register that already exists comes in: upload, columns, questions, preview, confirm, undo.

Beside the usual doors, in the order in which a file meets them: `cleaning` (what a cell means, by the
fields of the contract's form), `naming` (which supplier is meant), `checking` (what each row would do),
`importing` (the one transaction that writes it) and `undoing`.
"""
