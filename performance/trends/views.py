from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.utils import timezone

from common.lists import page_number
from contracts.models import Contract
from contracts.views import contract_page
from performance.trends import charts

TRENDS_ON_A_PAGE = 12


def contract_trends(request, contract_pk):
    """Every KPI of a contract as a small chart, the worst signals first."""
    contract = get_object_or_404(
        Contract.objects.visible_to(request.user).select_related("supplier"), pk=contract_pk
    )
    trends = charts.of_many(contract.indicators.in_use(), today=timezone.localdate())
    page = Paginator(trends, TRENDS_ON_A_PAGE).get_page(page_number(request))
    return contract_page(
        request, contract, "performance", "trends/contract_trends.html",
        {"tab": "trends", "page": page, "places": charts.count_places(trends)},
    )  # fmt: skip
