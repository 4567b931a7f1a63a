"""The admin as an in-house team writes it in an afternoon, with the usual care taken over queries."""

from django.contrib import admin
from django.urls import path

from contracts.models import Contract


@admin.register(Contract)
class ContractAdmin(admin.ModelAdmin):
    list_display = (
        "title", "reference", "supplier", "unit", "oco", "tier", "stage", "ends_on", "value"
    )  # fmt: skip
    list_select_related = ("supplier", "unit", "oco")
    list_filter = ("tier", "stage", "unit")
    list_per_page = 50
    search_fields = ("title", "reference", "supplier__name")
    raw_id_fields = ("supplier", "parent", "oco", "deputy", "sro")

    def lookup_allowed(self, lookup, value, request):
        return lookup == "supplier__id__exact" or super().lookup_allowed(lookup, value, request)


urlpatterns = [path("admin/", admin.site.urls)]
