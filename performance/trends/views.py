from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from common.lists import ListPage, page_number
from contracts.columns import COLUMNS as OF_CONTRACTS
from contracts.models import Contract
from contracts.views import contract_page
from performance.trends import charts, rollups
from performance.trends.columns import COLUMNS, IndicatorList, with_severity
from performance.trends.filters import IndicatorFilter, UntrackedFilter
from suppliers.models import Supplier
from suppliers.views import leads_on, supplier_page

TRENDS_ON_A_PAGE = 12
GROUPS_ON_A_PAGE = 50


# --- One contract, one supplier -------------------------------------------------------------------


def contract_trends(request, contract_pk):
    """Every KPI of a contract as a small chart, the worst signals first."""
    contract = get_object_or_404(
        Contract.objects.visible_to(request.user).select_related("supplier"), pk=contract_pk
    )
    today = timezone.localdate()
    found = charts.placed(contract.indicators.in_use(), today=today)
    page = Paginator(found, TRENDS_ON_A_PAGE).get_page(page_number(request))
    return contract_page(
        request, contract, "performance", "trends/contract_trends.html",
        {
            "tab": "trends",
            "page": page,
            "trends": charts.of_placed(page.object_list, today=today),
            "places": charts.count_places(found),
        },
    )  # fmt: skip


@leads_on
def supplier_ratings(request, supplier_pk):
    """How the KPIs of a supplier's contracts stand: by what they are about, and contract by contract."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), pk=supplier_pk)
    contracts = rollups.scope_of(request.user, supplier=supplier)
    today, asked = timezone.localdate(), {"supplier_id": supplier.pk}
    by_contract = rollups.Rollup(contracts, rollups.BY_CONTRACT, today=today, asked=asked)
    by_quadrant = rollups.Rollup(contracts, rollups.BY_QUADRANT, today=today, asked=asked)
    page = Paginator(by_contract.rows, GROUPS_ON_A_PAGE).get_page(page_number(request))
    return supplier_page(
        request, supplier, "trends", "trends/of_supplier.html",
        {"page": page, "by_contract": by_contract, "by_quadrant": by_quadrant},
    )  # fmt: skip


# --- All contracts that the reader may see --------------------------------------------------------


def portfolio(request):
    """How the KPIs of all contracts in force stand, by tier, business unit, supplier or quadrant."""
    axis = rollups.AXES.get(request.GET.get("by", ""), rollups.BY_TIER)
    contracts = rollups.scope_of(request.user)
    rollup = rollups.Rollup(contracts, axis, today=timezone.localdate())
    page = Paginator(rollup.rows, GROUPS_ON_A_PAGE).get_page(page_number(request))
    context = {"rollup": rollup, "page": page, "tabs": _tabs(axis.key)}
    return render(request, "trends/portfolio.html", context)


def indicator_list(request):
    """KPIs in use of contracts in force: the list behind the figures of a roll-up."""
    kpis = rollups.kpis_of(rollups.scope_of(request.user))
    page = IndicatorList(
        request, queryset=with_severity(kpis), columns=COLUMNS, filterset=IndicatorFilter,
        sort="name", name="kpis",
    )  # fmt: skip
    if page.export:
        return page.export_response()
    return render(
        request, "trends/indicator_list.html", {"page": page, "tabs": _tabs("indicators")}
    )


def untracked_list(request):
    """Contracts in force that nobody measures, or not in this respect."""
    page = ListPage(
        request, queryset=rollups.scope_of(request.user), columns=OF_CONTRACTS,
        filterset=UntrackedFilter, sort="title", name="not-tracked",
    )  # fmt: skip
    if page.export:
        return page.export_response()
    return render(request, "trends/untracked_list.html", {"page": page, "tabs": _tabs("untracked")})


def _tabs(current):
    """The roll-ups and the two lists behind them."""
    home = reverse("trends:portfolio")
    pages = [(axis.key, axis.title, f"{home}?by={axis.key}") for axis in rollups.AXES.values()]
    pages += [
        ("indicators", "KPIs", reverse("trends:indicators")),
        ("untracked", "Not tracked", reverse("trends:untracked")),
    ]
    return [{"label": label, "url": url, "current": key == current} for key, label, url in pages]
