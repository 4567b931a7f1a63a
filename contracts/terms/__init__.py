"""How long a contract runs: options, breaks, four notice clocks, and why each date is what it is."""
