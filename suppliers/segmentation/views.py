from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import BooleanField, Case, Count, Q, When
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from accounts.models import Organisation
from accounts.permissions import Permission
from common.history import page_of_entries
from common.lists import page_number, ticked_ids, url_of_list
from suppliers import facts, pages
from suppliers.models import Supplier
from suppliers.segmentation import actions, columns, drawing, rules
from suppliers.segmentation.columns import BOARD, TIER_COLUMNS, BoardList, TierList
from suppliers.segmentation.filters import BoardFilter, TierFilter
from suppliers.segmentation.forms import (
    AcceptForm,
    PlacementForm,
    QuestionForm,
    TierForm,
    same_answers_as,
)
from suppliers.segmentation.models import KraljicPlacement, KraljicQuestion, SupplierTier
from suppliers.segmentation.querysets import suppliers_in_sight, with_standing
from suppliers.views import leads_on, supplier_page

# How steady a supplier is, the answers to the questions say in the open.
CONFIDE = Permission.VIEW_SUPPLIER_CONFIDENTIAL
DRAWN = 80  # as many suppliers as a picture can show
PLACEMENTS_ON_A_PAGE = 10
DECISIONS_SHOWN = 50
QUESTIONS_SHOWN = 60


def sees_all(user):
    return user.may(Permission.VIEW_PORTFOLIO)


def may_segment(user):
    return user.may(Permission.SEGMENT_SUPPLIERS)


# --- The board ------------------------------------------------------------------------------------


def board(request):
    """The Kraljic board: the picture of what is filtered, and the same as a table."""
    user = request.user
    placements = KraljicPlacement.objects.current().visible_to(user)
    page = BoardList(
        request, queryset=placements, columns=BOARD, filterset=BoardFilter, sort="due_on", name="kraljic-board"
    )  # fmt: skip
    if page.export:
        return page.export_response()
    spots = _spots(page.queryset) if page.count else []
    return render(
        request,
        "segmentation/board.html",
        {
            "tabs": pages.tabs(user, "board"),
            "page": page,
            "figures": list(_board_figures(placements, user)),
            "picture": drawing.board(spots, label=_board_label(spots, page.count)) if spots else "",
            "drawn": len(spots),
            "moved": sum(1 for spot in spots if spot.before and spot.before != spot.scores),
            "may_segment": may_segment(user),
            "sees_all": sees_all(user),
            "meanings": [(q.value, q.label, rules.MEANINGS[q]) for q in rules.Quadrant],
        },
    )


def _spots(placements):
    """The most important suppliers of these placements."""
    today = timezone.localdate()
    wanted = (
        "supplier_id", "supplier__name", "supply_risk", "business_impact", "due_on",
        "follows__supply_risk", "follows__business_impact", "no_sro", "in_use",
    )  # fmt: skip
    # Found first, so that what is shown beside them is worked out for few.
    drawn = placements.most_important_first().values("pk")[:DRAWN]
    rows = placements.filter(pk__in=drawn).most_important_first().values(*wanted)
    return [
        drawing.Spot(
            name=row["supplier__name"],
            url=reverse("segmentation:supplier", args=[row["supplier_id"]]),
            scores=(row["supply_risk"], row["business_impact"]),
            before=None
            if row["follows__supply_risk"] is None
            else (row["follows__supply_risk"], row["follows__business_impact"]),
            no_sro=bool(row["no_sro"]),
            overdue=row["in_use"] and row["due_on"] < today,
        )
        for row in rows
    ]


def _board_label(spots, count):
    places = [rules.quadrant(*spot.scores) for spot in spots]
    parts = [f"{places.count(q)} {q.label.lower()}" for q in rules.Quadrant if q in places]
    whole = f"{count:,} suppliers" if count != 1 else "1 supplier"
    first = f"the {len(spots)} most important of {whole}" if count > len(spots) else whole
    return f"Kraljic board with {first}: {', '.join(parts)}. The table below says the same."


def _board_figures(placements, user):
    """Each number with the address of the list behind it; one query."""
    in_use = facts.having("contract_in_force", user=user, path="supplier")
    no_sro = facts.having("contract_without_sro", user=user, path="supplier")
    strategic = rules.Quadrant.STRATEGIC
    numbers = placements.aggregate(
        **{q.value: Count("pk", filter=Q(quadrant=q)) for q in rules.Quadrant},
        no_sro=Count("pk", filter=Q(quadrant=strategic) & no_sro),
        overdue=Count("pk", filter=Q(due_on__lt=timezone.localdate()) & in_use),
    )
    for quadrant in rules.Quadrant:
        yield {
            "number": f"{numbers[quadrant.value]:,}",
            "label": quadrant.label.lower(),
            "url": f"?place={quadrant.value}",
        }
    red = {"colour": "red"} if numbers["no_sro"] else {}
    late = {"colour": "orange"} if numbers["overdue"] else {}
    yield {
        "number": f"{numbers['no_sro']:,}", "label": "strategic, SRO missing", "url": "?sign=no_sro", **red
    }  # fmt: skip
    yield {
        "number": f"{numbers['overdue']:,}", "label": "reviews overdue", "url": "?due=overdue", **late
    }  # fmt: skip


# --- One supplier ---------------------------------------------------------------------------------


@leads_on
def supplier_segmentation(request, supplier_pk):
    """The section of a supplier's page: its tier and its place, and what they were before."""
    user = request.user
    supplier = get_object_or_404(Supplier.objects.visible_to(user), pk=supplier_pk)
    if not suppliers_in_sight(user).filter(pk=supplier.pk).exists():
        return supplier_page(request, supplier, "segmentation", "segmentation/out_of_sight.html")
    placements = supplier.placements.select_related("placed_by", "follows")
    page = Paginator(placements, PLACEMENTS_ON_A_PAGE).get_page(page_number(request))
    decisions = list(supplier.tiers.select_related("decided_by")[:DECISIONS_SHOWN])
    shown = list(page) if page.number == 1 else list(placements[:PLACEMENTS_ON_A_PAGE])
    place = next((placement for placement in shown if placement.is_current), None)
    return supplier_page(
        request, supplier, "segmentation", "segmentation/supplier.html",
        {
            "placements": page,
            "place": place,
            "signs": _signs(supplier, place, user),
            "picture": _path(supplier, shown) if place else "",
            "meaning": rules.MEANINGS[rules.Quadrant(place.quadrant)] if place else "",
            "decisions": decisions,
            "tier": next((decision for decision in decisions if decision.is_current), None),
            "proposal": actions.proposals([supplier.pk])[supplier.pk] if sees_all(user) else None,
            "may_segment": may_segment(user),
            "sees_answers": user.may(CONFIDE)
            or Supplier.objects.allowing(user, CONFIDE).filter(pk=supplier.pk).exists(),
        },
    )  # fmt: skip


def _signs(supplier, place, user):
    """Whether anything is bought from the supplier today, and whether an SRO is missing."""
    if place is None:
        bought = Supplier.objects.filter(facts.having("contract_in_force", user=user))
        return {"in_use": bought.filter(pk=supplier.pk).exists()}
    found = columns.with_signs(KraljicPlacement.objects.filter(pk=place.pk), user)
    return found.values("no_sro", "in_use").get()


def _path(supplier, latest):
    """How the supplier has moved in its latest placements."""
    scores = [placement.scores for placement in reversed(latest)]
    words = rules.movement(scores[-2] if scores[1:] else None, scores[-1])
    risk, impact = map(rules.plain, scores[-1])
    label = f"{supplier.name} on the Kraljic board: supply risk {risk}, business impact {impact}. {words}."
    return drawing.path(scores, label=label)


def summary(supplier, user):
    """What the overview of a supplier shows: one query."""
    in_use = facts.having("contract_in_force", user=user)
    found = with_standing(suppliers_in_sight(user).filter(pk=supplier.pk)).values(
        "quadrant", "place__due_on", "decided", "standing__due_on",
        in_use=Case(When(in_use, then=True), default=False, output_field=BooleanField()),
    )  # fmt: skip
    return {"standing": found.first()}


def _asked_for(supplier_pk, request):
    require(request.user, Permission.SEGMENT_SUPPLIERS)
    return get_object_or_404(Supplier.objects.visible_to(request.user), pk=supplier_pk)


def _seen(request, latest):
    """The id of what stood when the page was opened, 0 for nothing; something impossible if it was tampered with."""
    if request.method == "GET":
        return latest.pk if latest else 0
    return next(iter(ticked_ids(request, "seen")), -1)


@require_http_methods(["GET", "POST"])
@leads_on
def place(request, supplier_pk):
    """Answer the questions, look at the place that follows, and save it."""
    supplier = _asked_for(supplier_pk, request)
    questions = list(KraljicQuestion.objects.asked()[:QUESTIONS_SHOWN])
    if {question.axis for question in questions} != set(rules.Axis):
        messages.warning(request, "Add a question on each axis before suppliers are placed.")
        return redirect("segmentation:questions")
    latest = supplier.placements.current().select_related("placed_by").first()
    given = same_answers_as(latest, questions) if latest else {}
    form = PlacementForm(request.POST or None, questions=questions, initial=given)
    context = {"form": form, "supplier": supplier, "latest": latest, "seen": _seen(request, latest)}
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        return _check_or_save(request, form, context)
    return render(request, "segmentation/place_form.html", context)


def _check_or_save(request, form, context):
    supplier, found = context["supplier"], actions.place_of(form.points)
    checked = f"{found.supply_risk}/{found.business_impact}"
    # Only what was looked at is saved: the questions may have got other weights meanwhile.
    if "save" in request.POST and request.POST.get("checked") == checked:
        try:
            actions.place(
                supplier=supplier, place=found, by=request.user, on=timezone.localdate(),
                reason=form.cleaned_data["reason"], seen=context["seen"],
            )  # fmt: skip
        except actions.DecidedMeanwhile as meanwhile:
            context |= {"meanwhile": meanwhile.latest, "latest": meanwhile.latest}
            context["seen"] = meanwhile.latest.pk if meanwhile.latest else 0
        else:
            messages.success(request, f"{supplier.name} is placed: {found.quadrant.label.lower()}.")
            return redirect("segmentation:supplier", supplier.pk)
    before = context["latest"].scores if context["latest"] else None
    scores = [*([before] if before else []), found.scores]
    context |= {
        "place": found,
        "checked": checked,
        "movement": rules.movement(before, found.scores),
        "meaning": rules.MEANINGS[found.quadrant],
        "due_on": rules.review_due(timezone.localdate()),
        "picture": drawing.path(scores, label=f"The place of {supplier.name} on the board"),
    }
    return render(request, "segmentation/place_check.html", context)


@require_http_methods(["GET", "POST"])
@leads_on
def tier(request, supplier_pk):
    """Decide the tier of one supplier."""
    supplier = _asked_for(supplier_pk, request)
    proposal = actions.proposals([supplier.pk])[supplier.pk]
    latest = supplier.tiers.current().select_related("decided_by").first()
    form = TierForm(
        request.POST or None, proposal=proposal, platinum=Organisation.current().platinum_tier,
        current=latest.decided if latest else None, initial={"tier": proposal.tier or ""},
    )  # fmt: skip
    context = {"form": form, "supplier": supplier, "proposal": proposal, "latest": latest}
    context["seen"] = _seen(request, latest)
    if request.method == "POST" and form.is_valid():
        try:
            decision = actions.decide_tier(
                supplier=supplier, by=request.user, on=timezone.localdate(), seen=context["seen"],
                **form.cleaned_data,
            )  # fmt: skip
        except actions.DecidedMeanwhile as meanwhile:
            context |= {"meanwhile": meanwhile.latest, "latest": meanwhile.latest}
            context["seen"] = meanwhile.latest.pk if meanwhile.latest else 0
        except actions.ReasonMissing as missing:
            context["proposal"] = missing.proposal
            form.ask_for_reason(missing.proposal)
        else:
            messages.success(request, f"{supplier.name} is {decision.get_decided_display()}.")
            return redirect("segmentation:supplier", supplier.pk)
    return render(request, "segmentation/tier_form.html", context)


# --- The tiers of all suppliers -------------------------------------------------------------------


def tiers(request):
    """Manage supplier tiers: what is proposed beside what was decided."""
    require(request.user, Permission.VIEW_PORTFOLIO)
    page = TierList(
        request, queryset=Supplier.objects.visible_to(request.user), columns=TIER_COLUMNS,
        filterset=TierFilter, sort="name", name="supplier-tiers",
        platinum=Organisation.current().platinum_tier,
    )  # fmt: skip
    if page.export:
        return page.export_response()
    return render(
        request,
        "segmentation/tier_list.html",
        {
            "tabs": pages.tabs(request.user, "tiers"),
            "page": page,
            "may_segment": may_segment(request.user),
        },
    )


@require_POST
def tiers_accept(request):
    """Accept the proposals of the suppliers that were ticked, on one page that names them."""
    require(request.user, Permission.SEGMENT_SUPPLIERS)
    back = url_of_list(request, default=reverse("segmentation:tiers"))
    visible = Supplier.objects.visible_to(request.user)
    suppliers = list(visible.filter(pk__in=ticked_ids(request, "supplier")))
    proposals = actions.proposals([supplier.pk for supplier in suppliers])
    decided = SupplierTier.objects.current().filter(supplier__in=suppliers)
    standing = {tier.supplier_id: tier for tier in decided.select_related("decided_by")}
    lines = [(s, proposals[s.pk], standing.get(s.pk)) for s in suppliers]
    accepted = [supplier.pk for supplier, proposal, _ in lines if proposal.tier]
    if not accepted:
        messages.warning(request, "Tick at least one supplier for which a tier is proposed.")
        return redirect(back)
    form = AcceptForm(request.POST if "save" in request.POST else None)
    changed = False
    if form.is_bound and form.is_valid():
        seen = {pk: _seen_of(request, pk) for pk in accepted}
        try:
            decisions = actions.accept_proposals(
                seen=seen, by=request.user, on=timezone.localdate(), **form.cleaned_data
            )
        except actions.ProposalsChanged:
            changed = True
        else:
            messages.success(request, f"Tiers decided for {_suppliers(len(decisions))}.")
            return redirect(back)
    context = {
        "form": form, "back": back, "changed": changed,
        "lines": [line for line in lines if line[1].tier],
        "skipped": [supplier for supplier, proposal, _ in lines if not proposal.tier],
    }  # fmt: skip
    return render(request, "segmentation/tier_accept.html", context)


def _seen_of(request, supplier_pk):
    """What the page that named them showed of a supplier."""
    decision = next(iter(ticked_ids(request, f"decision-{supplier_pk}")), 0)
    return actions.Seen(request.POST.get(f"proposed-{supplier_pk}", "")[:20], decision)


def _suppliers(number):
    return f"{number} supplier{'' if number == 1 else 's'}"


# --- The questions --------------------------------------------------------------------------------


def questions(request):
    """The questionnaire behind the board, with its history."""
    require(request.user, Permission.VIEW_PORTFOLIO)
    every = list(KraljicQuestion.objects.all()[: QUESTIONS_SHOWN * 2])
    history_page, entries = page_of_entries(
        [KraljicQuestion.history.all()], page=page_number(request)
    )
    return render(
        request,
        "segmentation/questions.html",
        {
            "tabs": pages.tabs(request.user, "board"),
            "axes": [_axis(axis, every) for axis in rules.Axis],
            "retired": [question for question in every if not question.is_asked],
            "history_page": history_page,
            "entries": entries,
            "may_segment": may_segment(request.user),
        },
    )


def _axis(axis, every):
    asked = [question for question in every if question.is_asked and question.axis == axis]
    total = sum(question.weight for question in asked)
    return axis.label, [(question, round(question.weight * 100 / total)) for question in asked]


@require_http_methods(["GET", "POST"])
def question_add(request):
    require(request.user, Permission.SEGMENT_SUPPLIERS)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        question = actions.add_question(by=request.user, **form.changes)
        messages.success(request, f"Question added: {question.text}")
        return redirect("segmentation:questions")
    return render(request, "segmentation/question_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def question_edit(request, question_pk):
    require(request.user, Permission.SEGMENT_SUPPLIERS)
    question = get_object_or_404(KraljicQuestion, pk=question_pk)
    form = QuestionForm(request.POST or None, instance=question)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_question(
                question=question, by=request.user, reason=form.cleaned_data["reason"], **form.changes
            )  # fmt: skip
        except actions.LastOfItsKind:
            form.add_error(
                "axis" if "axis" in form.changes else "is_asked",
                "This is the last question of its kind: the board needs one on each axis",
            )
        else:
            messages.success(request, "Question saved. Placements that were made stay as they are.")
            return redirect("segmentation:questions")
    return render(request, "segmentation/question_form.html", {"form": form, "question": question})
