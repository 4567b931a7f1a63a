"""Nobody forgets a date: rules, notices, and one digest for each person a day."""
