"""Steward as programs that are started, killed and stopped, on databases of their own of either kind."""
