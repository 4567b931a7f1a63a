"""What this room adds to others' pages: a section of a supplier's page, dates, checks. All of it within what the
reader may know."""

from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Coalesce
from django.urls import reverse

from common import deadlines
from suppliers import checks, following, merging, pages, reviews, sections
from suppliers.intelligence import actions
from suppliers.intelligence.models import DistressEvent, FinancialCheck, IntelligenceNote
from suppliers.intelligence.querysets import CONFIDE, unchecked
from suppliers.intelligence.rules import Sign
from suppliers.intelligence.views import summary

pages.register(pages.Page("intelligence", "Intelligence", "intelligence:list", order=40))

sections.register(
    sections.Section(
        "intelligence", "Intelligence", "intelligence:supplier", order=30,
        summary_template="intelligence/_summary.html", summary=summary,
    )
)  # fmt: skip


@following.of_contracts
def bring_checks_forward(suppliers, by):
    actions.bring_checks_forward(suppliers=suppliers, by=by)


# --- dates somebody must meet ---------------------------------------------------------------------

# What a message says of them: whom it is about, only the register tells.
_SIGN_IN = "sign in to see of whom"


def _section(supplier_id):
    return reverse("intelligence:supplier", args=[supplier_id])


@deadlines.source(
    "financial-check", "Financial check of a supplier", needs=CONFIDE,
    discreet=f"A financial check ({_SIGN_IN})",
)  # fmt: skip
def financial_checks(scope, start, end):
    due = FinancialCheck.objects.within(scope).to_repeat(scope.user, start=start, end=end)
    return reviews.by_day(
        due, kind="financial-check", column="due_on", one="Check the finances",
        many="Repeat {number} financial checks", subject="supplier", name="supplier__name",
        url_of_one=_section, url_of_all="intelligence:checks",
    )  # fmt: skip


@deadlines.source(
    "distress-plan", "Continuity plan of a supplier in distress", needs=CONFIDE,
    discreet=f"A service continuity plan ({_SIGN_IN})",
)  # fmt: skip
def continuity_plans(scope, start, end):
    """Few, and each of its own weight: one date for each event."""
    awaited = (
        DistressEvent.objects.within(scope).awaiting_plan().filter(plan_due_on__range=(start, end))
    )
    columns = ("pk", "sign", "plan_due_on", "supplier__name")
    for pk, sign, due_on, supplier in awaited.order_by().values_list(*columns):
        yield deadlines.Deadline(
            key=f"distress-plan:{pk}",
            due_on=due_on,
            title=f"Agree the service continuity plan ({Sign(sign).label.lower()})",
            subject=supplier,
            url=reverse("intelligence:distress_edit", args=[pk]),
        )


@deadlines.source(
    "intelligence-note", "Intelligence note to look at again", needs=CONFIDE,
    discreet="An intelligence note (sign in to see which)",
)  # fmt: skip
def notes_to_renew(scope, start, end):
    notes = (
        IntelligenceNote.objects.within(scope).that_count().filter(valid_until__range=(start, end))
    )
    return reviews.by_day(
        notes.annotate(about=Coalesce(F("supplier__name"), F("category"))), kind="intelligence-note",
        column="valid_until", one="See whether the intelligence note still holds",
        many="See whether {number} intelligence notes still hold", subject="pk", name="about",
        url_of_one=lambda pk: reverse("intelligence:note", args=[pk]), url_of_all="intelligence:list",
    )  # fmt: skip


# --- how suppliers are watched --------------------------------------------------------------------


def _yesterday(today):
    return today - timedelta(days=1)


def _listed(name, query):
    return lambda: f"{reverse(name)}?{query}"


checks.register(checks.Check(
    "finances_missed", "Financial checks that miss the threshold",
    failing=lambda user, today: FinancialCheck.objects.visible_to(user).missed(),
    url=_listed("intelligence:checks", "result=missed"), permission=CONFIDE, order=100,
))  # fmt: skip
checks.register(checks.Check(
    "finances_overdue", "Financial checks overdue",
    failing=lambda user, today: FinancialCheck.objects.visible_to(user).to_repeat(
        user, end=_yesterday(today)
    ),
    url=_listed("intelligence:checks", "due=overdue"), permission=CONFIDE, order=110,
))  # fmt: skip
checks.register(checks.Check(
    "key_suppliers_unchecked", "Suppliers of Gold and Silver contracts without a financial check",
    failing=lambda user, today: unchecked(user), url=lambda: reverse("intelligence:unchecked"),
    permission=CONFIDE, order=115,
))  # fmt: skip
checks.register(checks.Check(
    "plans_overdue", "Continuity plans overdue of suppliers in distress",
    failing=lambda user, today: DistressEvent.objects.visible_to(user).awaiting_plan().filter(
        plan_due_on__lt=today
    ),
    url=_listed("intelligence:distress", "state=plan"), permission=CONFIDE, order=120,
))  # fmt: skip
checks.register(checks.Check(
    "notes_out_of_date", "Intelligence notes out of date",
    failing=lambda user, today: IntelligenceNote.objects.visible_to(user).out_of_date(today),
    url=_listed("intelligence:list", "state=old"), order=140,
))  # fmt: skip


# --- two suppliers that are one -------------------------------------------------------------------

# Without nouns: that there are any is confidential.
for mover in (
    merging.Mover(IntelligenceNote, "supplier", order=70),
    merging.Mover(
        FinancialCheck, "supplier",
        move=merging.move_latest(FinancialCheck, on="checked_on", keys=("agency_id",)), order=71,
    ),
    merging.Mover(DistressEvent, "supplier", order=72),
):  # fmt: skip
    merging.register(mover)
