"""The first pages in the header, each for those who have it."""

from functools import partial

from common import navigation
from contracts import parts
from dashboards import pages


def shown(page, user):
    parts.recall(user)
    return page.shown(user)


for order, page in enumerate(pages.PAGES, start=1):
    navigation.register(
        navigation.Item(
            page.key, page.label, page.url_name, order=order, shown=partial(shown, page)
        )
    )
