from django import template

from risks import pages, tabs
from risks.columns import score_tag

register = template.Library()


@register.simple_tag
def risk_tabs(contract, current):
    """The pages of a contract's risks, for components/tabs.html."""
    return tabs.of_contract(contract, current)


@register.inclusion_tag("risks/_pages.html", takes_context=True)
def risk_pages(context, current):
    """Links between the pages about risks as a whole, above the heading of each."""
    return {"tabs": pages.tabs(context["request"].user, current)}


@register.simple_tag
def risk_score(score, matrix):
    """A score as a word with a colour."""
    return score_tag(score, matrix)


@register.simple_tag
def risk_effect(treatment, matrix):
    """What the risk is meant to score when a treatment is done."""
    return score_tag(matrix.score(treatment.likelihood_after, treatment.impact_after), matrix)
