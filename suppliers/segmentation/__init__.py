"""How much each supplier matters: its place on the Kraljic board, looked at again every six months, and its tier.

A placement is a filled-in questionnaire and is kept for ever, as is a decision on a tier. What upper rooms know
of a supplier (the tiers of its contracts, whether each has an SRO) comes through `suppliers.facts`.
"""
