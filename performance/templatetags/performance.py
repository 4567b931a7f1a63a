from django import template

from performance import tabs

register = template.Library()


@register.simple_tag
def performance_tabs(contract, current):
    """The pages of a contract's performance, for components/tabs.html."""
    return tabs.of_contract(contract, current)
