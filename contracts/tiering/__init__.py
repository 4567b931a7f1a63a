"""How closely a contract must be managed: a questionnaire, its assessments, and who decided.

Answers give a score, the score and a few hard rules give a tier, and a person of the Procurement Unit decides it,
with a reason where it is another. A published version of the questionnaire never changes: it is copied into a
draft, and what the draft would move is counted from the stored answers before it is published. A contract's tier
is written here alone, through `contracts.actions.change`; one that came with an import counts as never assessed.
"""
