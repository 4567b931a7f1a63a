"""A supplier typed into a form: by company number or by name."""

import re

from common.lookups import LookupField
from suppliers.models import Supplier
from suppliers.rules import bare_name, clean_company_number, normalise_name

_NUMBER_IN_BRACKETS = re.compile(r"\(([A-Z0-9]{8})\)\s*\Z")
_OUR_NUMBER = re.compile(r"\(no\. (\d{1,12})\)\s*\Z")


def describe(supplier):
    return (
        f"{supplier.name} ({supplier.company_number})" if supplier.company_number else supplier.name
    )


def distinguish(supplier):
    """A text that no namesake has, with our own number where there is no company number."""
    return describe(supplier) if supplier.company_number else f"{supplier.name} (no. {supplier.pk})"


def find(text):
    """One that was merged is found too, and is the one that it was merged into."""
    everybody, current = Supplier.objects, Supplier.objects.current()
    if own := _OUR_NUMBER.search(text):
        return _now(everybody.filter(pk=own[1]))
    number = _NUMBER_IN_BRACKETS.search(text)
    try:
        number = number[1] if number else clean_company_number(text)
        by_number = _now(everybody.filter(company_number=number)) if number else current.none()
    except ValueError:
        by_number = current.none()
    if by_number.exists():
        return by_number
    return _now(everybody.filter(normalised_name=normalise_name(text))).order_by("pk")


def _now(suppliers):
    """These suppliers or, of those that were merged, what they are now."""
    suppliers = suppliers.order_by()
    current = suppliers.current().values("pk")
    merged = suppliers.filter(merged_into__isnull=False).values("merged_into")
    return Supplier.objects.filter(pk__in=current.union(merged))


def suggest(text):
    """Names that differ only in their legal form, else names that hold the same words."""
    by_words = Supplier.objects.current().search(bare_name(text)[:100]).order_by("name")
    return by_words if by_words.exists() else Supplier.objects.none()


class SupplierField(LookupField):
    def __init__(self, **kwargs):
        kwargs.setdefault(
            "help_text", "Start with the name or the company number as it is in the register"
        )
        super().__init__(
            model=Supplier,
            find=find,
            describe=describe,
            distinguish=distinguish,
            suggest=suggest,
            noun="supplier",
            offer_from=lambda: Supplier.objects.current().order_by("name", "pk"),
            **kwargs,
        )
