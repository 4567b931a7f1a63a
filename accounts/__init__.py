"""Who people are and what they may do: users, business units, roles."""
