from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import BusinessUnit, User
from accounts.permissions import ADMINISTRATOR, PROCUREMENT, Permission
from common.deadlines import Scope
from common.lists import page_number
from contracts.models import Contract
from dashboards import pages, rules, standings
from dashboards.agenda import Agenda, together
from dashboards.columns import COLUMNS, RatedList
from dashboards.filters import RatedFilter, ShownForm
from dashboards.portfolio import Portfolio
from dashboards.querysets import with_standing
from dashboards.steps import steps
from suppliers import checks as supplier_checks

MINE, OVERSEEN = "mine", "overseen"
NAMED_ON_A_PAGE = 12
WAITING_SHOWN = 10


def home(request):
    """Where each person starts. Whoever has no page is told who can give access."""
    theirs = [page.key for page in pages.of(request.user)]
    weigh = _waiting if len(theirs) > 1 else lambda user, page: 0
    first = rules.first_page({page: weigh(request.user, page) for page in theirs})
    if first:
        return redirect(f"dashboards:{first}")
    givers = User.objects.active().filter(
        memberships__role__in=[ADMINISTRATOR.key, PROCUREMENT.key]
    )
    return render(
        request, "dashboards/nobody.html", {"givers": givers.distinct()[:NAMED_ON_A_PAGE]}
    )


def _waiting(user, page):
    """How much waits for this person on a page of their own."""
    capacity = {"work": MINE, "overview": OVERSEEN}.get(page)
    if capacity is None:
        return 0
    scope, today = Scope(user, capacity), timezone.localdate()
    past_end = Contract.objects.within(scope).past_their_end(today).count()
    return past_end + Agenda(scope, today=today).to_do


def work(request):
    """What is due, in the order in which to do it, and the contracts one manages."""
    today = timezone.localdate()
    scope = Scope(request.user, MINE)
    contracts = Contract.objects.within(scope).not_ended()
    agenda = Agenda(scope, today=today)
    past_end = contracts.past_their_end(today).order_by("ends_on", "pk")
    lines = Paginator(standings.worst_first(contracts, agenda), standings.ON_A_PAGE).get_page(
        page_number(request)
    )
    return render(
        request,
        "dashboards/work.html",
        {
            "tabs": pages.tabs(request.user, "work"),
            "agenda": agenda,
            "past_end": past_end,
            "summary": agenda.summary(past_end=len(past_end)),
            "page": lines,
            "lines": standings.fill_in(list(lines), today=today, gaps_for=request.user),
        },
    )


def overview(request):
    """What an executive answers for, the worst first."""
    scope = Scope(request.user, OVERSEEN)
    contracts = Contract.objects.within(scope).not_ended()
    return _worst_first(request, "overview", contracts, scope)


def units(request):
    """The contracts of the units in which somebody holds a role, the worst first."""
    user = request.user
    theirs = BusinessUnit.objects.filter(pk__in=user.units_allowing(Permission.VIEW_CONTRACTS))
    contracts = Contract.objects.visible_to(user).filter(unit__in=theirs).not_ended()
    assigning = Contract.objects.allowing(user, Permission.ASSIGN_PEOPLE).filter(unit__in=theirs)
    return _worst_first(
        request, "units", contracts, Scope(user),
        units=theirs, assignable=set(assigning.filter(oco=None).values_list("pk", flat=True)),
    )  # fmt: skip


def _worst_first(request, page, contracts, scope, **context):
    today = timezone.localdate()
    agenda = Agenda(scope, today=today)
    lines = standings.worst_first(contracts, agenda)
    waiting = agenda.waiting_for(request.user)
    show = ShownForm(request.GET, standings.FIGURES).chosen
    fitting = [line for line in lines if not show or standings.fits(show, line)]
    shown = Paginator(fitting, standings.ON_A_PAGE).get_page(page_number(request))
    return render(
        request,
        f"dashboards/{page}.html",
        {
            "tabs": pages.tabs(request.user, page),
            "figures": standings.figures(lines, show),
            "show": show,
            "page": shown,
            "lines": standings.fill_in(list(shown), today=today, trends=True),
            "waiting": together(waiting[:WAITING_SHOWN]),
            "waiting_number": len(waiting),
            **context,
        },
    )


def portfolio(request):
    """The whole register in numbers."""
    if not pages.sees_portfolio(request.user):
        raise Http404
    contracts = Contract.objects.visible_to(request.user)
    start = {"label": "Import a register", "url": reverse("imports:list")}
    return render(
        request,
        "dashboards/portfolio.html",
        {
            "tabs": pages.tabs(request.user, "portfolio"),
            "portfolio": Portfolio(contracts, today=timezone.localdate()),
            "of_suppliers": supplier_checks.counts(request.user, timezone.localdate()),
            "start": start if request.user.may(Permission.IMPORT_REGISTER) else None,
        },
    )


def ratings(request):
    """Contracts in force with how each stands: the list behind the ratings of the portfolio."""
    contracts = Contract.objects.visible_to(request.user).in_force()
    page = RatedList(
        request,
        queryset=with_standing(contracts, timezone.localdate()),
        columns=COLUMNS,
        filterset=RatedFilter,
        sort="title",
        name="ratings",
    )
    if page.export:
        return page.export_response()
    return render(request, "dashboards/ratings.html", {"page": page})


def setup(request):
    """What an administrator sets up, and what of it is still to do."""
    if not pages.sets_up(request.user):
        raise Http404
    return render(
        request,
        "dashboards/setup.html",
        {"tabs": pages.tabs(request.user, "setup"), "steps": steps()},
    )
