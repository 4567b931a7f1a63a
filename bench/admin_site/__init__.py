"""A yardstick, not a part of Steward: the register as a plain Django admin shows it."""
