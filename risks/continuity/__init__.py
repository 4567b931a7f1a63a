"""How the service goes on when something goes wrong: continuity and recovery plans, and proof that rules are kept."""
