"""What this room adds to others' pages: a section of a supplier's page, reviews as dates, checks."""

from datetime import timedelta

from django.db.models import Count, Min
from django.urls import reverse

from accounts.models import Organisation
from accounts.permissions import Permission
from common import deadlines
from suppliers import checks, pages, sections
from suppliers.models import Supplier
from suppliers.segmentation.models import KraljicPlacement, SupplierTier
from suppliers.segmentation.querysets import key_suppliers, to_decide, with_proposal, with_standing
from suppliers.segmentation.views import sees_all, summary

pages.register(pages.Page("board", "Kraljic board", "segmentation:board", order=20))
pages.register(
    pages.Page("tiers", "Supplier tiers", "segmentation:tiers", order=30, shown=sees_all)
)

sections.register(
    sections.Section(
        "segmentation", "Segmentation", "segmentation:supplier", order=20,
        summary_template="segmentation/_summary.html", summary=summary,
    )
)  # fmt: skip


# --- dates somebody must meet ---------------------------------------------------------------------


def _reviews(rows, scope, start, end, *, kind, what, form, every):
    """A date for each day on which something is due: reviews are done together, and a year of days is bounded where
    suppliers are not."""
    due = rows.within(scope).to_review(scope.user, start=start, end=end)
    days = due.order_by().values("due_on").annotate(
        number=Count("pk"), supplier_id=Min("supplier"), name=Min("supplier__name")
    )  # fmt: skip
    for day in days:
        others = day["number"] - 1
        yield deadlines.Deadline(
            key=f"{kind}:{day['due_on']}",
            due_on=day["due_on"],
            title=f"Review {day['number']} {what[1]}" if others else f"Review the {what[0]}",
            subject=_and_others(day["name"], others),
            url=f"{reverse(every)}?due_on={day['due_on']}"
            if others
            else reverse(form, args=[day["supplier_id"]]),
        )


def _and_others(name, others):
    return f"{name} and {others} other{'' if others == 1 else 's'}" if others else name


@deadlines.source("kraljic-review", "Kraljic review", needs=Permission.VIEW_PORTFOLIO)
def kraljic_reviews(scope, start, end):
    return _reviews(
        KraljicPlacement.objects, scope, start, end, kind="kraljic-review",
        what=("place on the Kraljic board", "places on the Kraljic board"),
        form="segmentation:supplier", every="segmentation:board",
    )  # fmt: skip


@deadlines.source("supplier-tier-review", "Supplier tier review", needs=Permission.VIEW_PORTFOLIO)
def tier_reviews(scope, start, end):
    return _reviews(
        SupplierTier.objects, scope, start, end, kind="supplier-tier-review",
        what=("supplier tier", "supplier tiers"),
        form="segmentation:supplier", every="segmentation:tiers",
    )  # fmt: skip


# --- how suppliers are managed --------------------------------------------------------------------


def _placements(user):
    return KraljicPlacement.objects.current().visible_to(user)


def _proposed(user):
    platinum = Organisation.current().platinum_tier
    return with_proposal(Supplier.objects.visible_to(user), user=user, platinum=platinum)


def _unplaced(user):
    found = with_standing(Supplier.objects.visible_to(user))
    return found.filter(key_suppliers(user), quadrant=None)


def _board(**query):
    return lambda: _listed("segmentation:board", query)


def _tiers(**query):
    return lambda: _listed("segmentation:tiers", query)


def _listed(name, query):
    return f"{reverse(name)}?{'&'.join(f'{key}={value}' for key, value in query.items())}"


checks.register(checks.Check(
    "strategic_without_sro", "Strategic suppliers with a contract without an SRO",
    failing=lambda user, today: _placements(user).without_sro(user),
    url=_board(sign="no_sro"), order=10,
))  # fmt: skip
checks.register(checks.Check(
    "kraljic_overdue", "Kraljic reviews overdue",
    failing=lambda user, today: _placements(user).to_review(user, end=today - timedelta(days=1)),
    url=_board(due="overdue"), order=20,
))  # fmt: skip
checks.register(checks.Check(
    "key_suppliers_unplaced", "Suppliers of Gold and Silver contracts without a place on the board",
    failing=lambda user, today: _unplaced(user), url=_tiers(key="unplaced"), order=30,
))  # fmt: skip
checks.register(checks.Check(
    "tiers_to_decide", "Supplier tiers to decide, or other than proposed",
    failing=lambda user, today: to_decide(_proposed(user)), url=_tiers(state="open"), order=40,
))  # fmt: skip
checks.register(checks.Check(
    "tiers_overdue", "Supplier tier reviews overdue",
    failing=lambda user, today: SupplierTier.objects.visible_to(user).to_review(
        user, end=today - timedelta(days=1)
    ),
    url=_tiers(due="overdue"), order=60,
))  # fmt: skip
