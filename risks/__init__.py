"""What may go wrong with a contract, a supplier or the whole portfolio, what has gone wrong, and who watches it.

One register holds risks, issues and opportunities. A risk that happens becomes an issue and keeps its past. The inner
rooms hang on it: key risk indicators, and plans for continuity.
"""
