"""What a run of readings says: process behaviour charts, year on year, forecasts, and ratings rolled up.

Nothing is stored here. The pages read the indicators and readings of `performance`.
"""
