"""What this room adds to others' pages: a section of a supplier's page, reviews as dates, checks."""

from datetime import timedelta

from django.urls import reverse

from accounts.models import Organisation
from accounts.permissions import Permission
from common import deadlines
from suppliers import checks, merging, pages, reviews, sections
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


def _due(rows, scope, start, end):
    return rows.within(scope).to_review(scope.user, start=start, end=end)


def _section(supplier_id):
    return reverse("segmentation:supplier", args=[supplier_id])


@deadlines.source("kraljic-review", "Kraljic review", needs=Permission.VIEW_PORTFOLIO)
def kraljic_reviews(scope, start, end):
    return reviews.by_day(
        _due(KraljicPlacement.objects, scope, start, end), kind="kraljic-review", column="due_on",
        one="Review the place on the Kraljic board", many="Review {number} places on the Kraljic board",
        subject="supplier", name="supplier__name", url_of_one=_section, url_of_all="segmentation:board",
    )  # fmt: skip


@deadlines.source("supplier-tier-review", "Supplier tier review", needs=Permission.VIEW_PORTFOLIO)
def tier_reviews(scope, start, end):
    return reviews.by_day(
        _due(SupplierTier.objects, scope, start, end), kind="supplier-tier-review", column="due_on",
        one="Review the supplier tier", many="Review {number} supplier tiers",
        subject="supplier", name="supplier__name", url_of_one=_section, url_of_all="segmentation:tiers",
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


# --- two suppliers that are one -------------------------------------------------------------------

for mover in (
    merging.Mover(
        KraljicPlacement, "supplier", "place on the Kraljic board,places on the Kraljic board",
        move=merging.move_latest(KraljicPlacement, on="placed_on"), order=60,
    ),
    merging.Mover(
        SupplierTier, "supplier", "tier decision",
        move=merging.move_latest(SupplierTier, on="decided_on"), order=61,
    ),
):  # fmt: skip
    merging.register(mover)
