"""What this room adds to others' pages."""
