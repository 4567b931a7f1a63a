"""The heat map among the pages about risks."""

from risks import pages

pages.register(pages.Page("heat_map", "Heat map", "risks:heat_map", order=20))
