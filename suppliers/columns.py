"""The columns of the list of suppliers."""

from django.urls import reverse
from django.utils.html import format_html

from common.lists import Column

YES_NO = {True: "Yes", False: "No", None: "Not known"}


def name_link(row):
    return format_html(
        '<a class="govuk-link" href="{}">{}</a>',
        reverse("suppliers:supplier", args=[row["pk"]]),
        row["name"],
    )


def _known(path):
    return lambda row: YES_NO[row[path]]


COLUMNS = (
    Column("name", "Supplier", "name", sort="name", show=name_link, optional=False),
    Column("company_number", "Company number", "company_number", nowrap=True),
    Column("charity_number", "Charity number", "charity_number", default=False),
    Column("vat_number", "VAT number", "vat_number", default=False),
    Column("ppon", "PPON", "ppon", nowrap=True, default=False),
    Column("other_number", "Other identifier", "other_number", default=False),
    Column("is_sme", "Small or medium-sized", "is_sme", show=_known("is_sme"), export=YES_NO.get),
    Column("is_vcse", "Voluntary or community", "is_vcse", show=_known("is_vcse"), export=YES_NO.get, default=False),
    Column("contact_name", "Contact", "contact_name"),
    Column("contact_email", "Contact e-mail", "contact_email", default=False),
    Column("contact_telephone", "Contact telephone", "contact_telephone", default=False),
)  # fmt: skip
