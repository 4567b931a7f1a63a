from django import template

from risks import pages, tabs

register = template.Library()


@register.simple_tag
def risk_tabs(contract, current):
    """The pages of a contract's risks, for components/tabs.html."""
    return tabs.of_contract(contract, current)


@register.inclusion_tag("risks/_pages.html", takes_context=True)
def risk_pages(context, current):
    """Links between the pages about risks as a whole, above the heading of each."""
    return {"tabs": pages.tabs(context["request"].user, current)}
