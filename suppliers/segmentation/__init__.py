"""How much each supplier matters: tiers, and places on the Kraljic board."""
