"""What each side has promised, when it falls due, and whether it was done."""
