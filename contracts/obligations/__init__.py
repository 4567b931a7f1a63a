"""What each side has promised, when it falls due, and whether it was done.

An obligation is written down with its rule; its occurrences are made twelve months ahead by a daily task, and people
record what became of each. Conditions precedent are obligations that keep a contract from going live.
"""
