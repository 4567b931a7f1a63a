from django import template

from performance import pages, tabs

register = template.Library()


@register.simple_tag
def performance_tabs(contract, current):
    """The pages of a contract's performance, for components/tabs.html."""
    return tabs.of_contract(contract, current)


@register.inclusion_tag("performance/_pages.html", takes_context=True)
def performance_pages(context, current):
    """Links between the pages about performance as a whole, above the heading of each."""
    return {"tabs": pages.tabs(context["request"].user, current)}
