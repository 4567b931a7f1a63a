"""The first pages in the header, each for those who have it."""

from common import navigation
from dashboards.pages import PAGES

for order, page in enumerate(PAGES, start=1):
    navigation.register(
        navigation.Item(page.key, page.label, page.url_name, order=order, shown=page.shown)
    )
