"""How a contract moves through its life: gates, what must be there, and moves that were made all the same."""
