"""Is the supplier delivering? KPIs and the readings logged against them."""
