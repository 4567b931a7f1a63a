"""What the preview of an import needs to say."""

from django import template

register = template.Library()


@register.filter
def of_key(names, key):
    """The name that a dictionary holds for a key; nothing where it has none."""
    return names.get(key, "")
