from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from accounts.models import Organisation
from accounts.permissions import Permission
from common import locking
from common.history import latest_editor, page_of_entries
from common.lists import ListPage, page_number, ticked_ids, url_of_list
from common.templatetags.steward import count_of
from contracts.models import Contract, Tier
from contracts.tiering import actions, columns, filters, parts, rules
from contracts.tiering.forms import (
    SEND_BACK,
    AssessForm,
    DecideForm,
    NumbersForm,
    PublishForm,
    QuestionForm,
    RuleForm,
)
from contracts.tiering.models import Assessment, HardRule, Question, Questionnaire
from contracts.tiering.querysets import Rescored, never_assessed
from contracts.views import contract_page

PAST_ON_A_PAGE = 10
VERSIONS_ON_A_PAGE = 20
# House default: a quarter is long enough to look at contracts again, and short enough to be remembered.
MONTHS_TO_REASSESS = 3
WHO = ("proposed_by", "decided_by", "questionnaire")


# --- A contract's tier ----------------------------------------------------------------------------


def contract_tiering(request, contract_pk):
    """The tiering section of a contract: its tier, why, and what was decided before."""
    contract = _contract(Contract.objects.visible_to(request.user), contract_pk)
    past = contract.tier_assessments.select_related(*WHO)
    page = Paginator(past, PAST_ON_A_PAGE).get_page(page_number(request))
    rows = list(parts.in_question(contract).select_related(*WHO, "marked_by"))
    return contract_page(
        request, contract, "tiering", "tiering/contract_tiering.html",
        {**parts.standing(contract, rows), **_rights(request.user, contract), "page": page},
    )  # fmt: skip


def _contract(contracts, pk):
    return get_object_or_404(contracts.select_related("supplier"), pk=pk)


def _rights(user, contract):
    is_over = contract.stage == "ended"
    return {
        "may_assess": contract.allows(user, Permission.EDIT_CONTRACTS) and not is_over,
        "may_decide": contract.allows(user, Permission.SET_TIERS),
        "manages_it": rules.manages(user.pk, contract.managers),
        "oversees": parts.oversees(user),
    }


def assessment_page(request, assessment_pk):
    """One assessment as it was made: the answers, the score, the tier, and who decided."""
    assessment = _assessment(Assessment.objects.visible_to(request.user), assessment_pk)
    contract = assessment.contract
    return contract_page(
        request, contract, "tiering", "tiering/assessment.html",
        {
            "assessment": assessment,
            "groups": parts.answers_by_factor(assessment),
            **_rights(request.user, contract),
        },
    )  # fmt: skip


def _assessment(assessments, pk):
    return get_object_or_404(
        assessments.select_related("contract__supplier", "marked_by", *WHO), pk=pk
    )


@require_http_methods(["GET", "POST"])
def contract_assess(request, contract_pk):
    """Answer the questions; look at the result; then propose it or, in the Procurement Unit, decide."""
    user = request.user
    contract = _contract(Contract.objects.editable_by(user).not_ended(), contract_pk)
    questionnaire = Questionnaire.objects.current()
    if questionnaire is None:
        return contract_page(request, contract, "tiering", "tiering/no_questionnaire.html")
    latest = parts.latest(contract)
    starting = {
        "shown": questionnaire,
        "seen": latest.waiting.pk if latest.waiting else None,
        "before": latest.decided.given if latest.decided else None,
    }
    form = AssessForm(request.POST or None, initial=latest.to_put_right, **starting)
    context = {"contract": contract, "latest": latest, "questionnaire": questionnaire}
    step = request.POST.get("step", "")
    if step == "change" or form.answered_another_version:
        # What was typed, to go on with: without errors, and for the version that is in use now.
        typed = {name: request.POST.get(name) for name in form.fields}
        context |= {"new_version": form.answered_another_version}
        form = AssessForm(initial=typed, **starting)
    elif request.method == "POST" and form.is_valid():
        return _assess_result(request, contract, questionnaire, form, step)
    return render(request, "tiering/assess.html", {"form": form, **context})


def _assess_result(request, contract, questionnaire, form, step):
    """The page with the result, and what is done with it."""
    user, verdict = request.user, actions.judge(questionnaire, form.answers, contract)
    rights = _rights(user, contract)
    deciding = rights["may_decide"] and not rights["manages_it"]
    decision = None
    if deciding:
        decision = DecideForm(
            request.POST if step == "decide" else None,
            proposed=verdict.tier, organisation=Organisation.current(),
        )  # fmt: skip
    given = {
        "contract": contract, "questionnaire": questionnaire, "answers": form.answers, "by": user,
        "seen": form.cleaned_data["seen"], "comment": form.cleaned_data["comment"],
    }  # fmt: skip
    problem = overtaken_by = ""
    try:
        if step == "propose":
            actions.propose(**given)
            messages.success(
                request, f"{rules.name(verdict.tier)} proposed. The Procurement Unit decides."
            )
            return redirect("tiering:contract", contract.pk)
        if step == "decide" and deciding and decision.is_valid():
            decided = actions.assess_and_decide(
                **given, tier=decision.cleaned_data["tier"], reason=decision.cleaned_data["reason"],
                today=timezone.localdate(),
            )  # fmt: skip
            messages.success(request, _decided_in_words(decided))
            return redirect("tiering:contract", contract.pk)
    except actions.Refused as refused:
        problem = str(refused)
        # They have been told; what they do next replaces what they were told of.
        overtaken_by = contract.tier_assessments.waiting().first()
        form.seen_now = overtaken_by.pk if overtaken_by else ""
    context = {
        "contract": contract, "form": form, "verdict": verdict, "decision": decision,
        "deciding": deciding, "problem": problem, "overtaken_by": overtaken_by, "questionnaire": questionnaire,
        "bands": parts.bands(questionnaire), **rights,
    }  # fmt: skip
    return render(request, "tiering/result.html", context)


def _decided_in_words(decided):
    day = f"{decided.due_on.day} {decided.due_on:%B %Y}"
    return f"{decided.get_decided_tier_display()} decided. To be assessed again by {day}."


@require_http_methods(["GET", "POST"])
def assessment_decide(request, assessment_pk):
    """Decide a proposal, as it is or otherwise, or send it back."""
    allowed = Contract.objects.allowing(request.user, Permission.SET_TIERS)
    assessment = _assessment(Assessment.objects.filter(contract__in=allowed), assessment_pk)
    contract = assessment.contract
    rights = _rights(request.user, contract)
    if not assessment.is_waiting or rights["manages_it"]:
        # Their pages say what was decided, or who may.
        return redirect(assessment)
    form = DecideForm(
        request.POST or None,
        proposed=assessment.proposed_tier, organisation=Organisation.current(), may_send_back=True,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _decide(assessment, by=request.user, **form.cleaned_data))
        except actions.Refused as refused:
            messages.warning(request, f"{refused}. Nothing of yours was saved.")
            return redirect(assessment)
        return redirect("tiering:contract", contract.pk)
    standing = actions.standings(Assessment.objects.filter(pk=assessment.pk), by=request.user)[0]
    context = {
        "assessment": assessment, "contract": contract, "form": form,
        "why_not": standing.why_not, "groups": parts.answers_by_factor(assessment),
    }  # fmt: skip
    return render(request, "tiering/decide.html", context)


def _decide(assessment, *, by, tier, reason):
    today = timezone.localdate()
    if tier == SEND_BACK:
        actions.send_back(assessment=assessment, by=by, today=today, reason=reason)
        return "Sent back. The owner can answer again."
    return _decided_in_words(
        actions.decide(assessment=assessment, tier=tier, by=by, today=today, reason=reason)
    )


# --- All contracts --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tab:
    """One list of the tiering pages: what is in it, and what to say when nothing is."""

    key: str
    label: str
    found: Callable[[Any], Any]
    columns: tuple
    columns_to_do: tuple  # for those who decide
    filterset: Any
    sort: str
    noun: str
    empty: str
    nothing: str


def _assessments(user):
    """Those of contracts that have not ended; one that this person may see."""
    return Assessment.objects.filter(contract__in=Contract.objects.visible_to(user).not_ended())


TABS = (
    Tab(
        "waiting", "Waiting for a decision",
        lambda user: _assessments(user).waiting(),
        columns.WAITING, columns.TO_DECIDE, filters.OfAssessments, "proposed_at", "proposal",
        "No proposal waits", "Owners and deputies propose a tier from the Tiering section of their contract.",
    ),
    Tab(
        "never", "Never assessed",
        lambda user: never_assessed(Contract.objects.visible_to(user)),
        columns.NEVER, columns.TO_ASSESS, filters.OfContracts, "title", "contract",
        "Every contract in force has been assessed", "A contract that is imported or added with a tier appears here until it is assessed.",
    ),
    Tab(
        "overdue", "Overdue",
        lambda user: _assessments(user).of_contracts_in_force().overdue(timezone.localdate()),
        columns.ASSESSED, columns.TO_ASSESS_AGAIN, filters.OfAssessments, "due_on", "contract",
        "No assessment is overdue", "A contract appears here on the day after its next assessment was due.",
    ),
    Tab(
        "assessed", "Assessed",
        lambda user: _assessments(user).in_effect(),
        columns.ASSESSED, columns.ASSESSED, filters.Assessed, "due_on", "contract",
        "No tier has been decided yet", "Decisions appear here with the day on which each contract is to be assessed again.",
    ),
)  # fmt: skip


def tiering_waiting(request):
    return _list(request, "waiting")


def tiering_never(request):
    return _list(request, "never")


def tiering_overdue(request):
    return _list(request, "overdue")


def tiering_assessed(request):
    return _list(request, "assessed")


def _list(request, key):
    """One of the four lists, for those who look after tiers or read everything."""
    user = request.user
    if not parts.oversees(user):
        raise Http404
    shown = next(tab for tab in TABS if tab.key == key)
    decides = user.may(Permission.SET_TIERS)
    shown_columns = shown.columns_to_do if decides else shown.columns
    page = ListPage(
        request, queryset=shown.found(user), columns=shown_columns, filterset=shown.filterset,
        sort=shown.sort, name=f"tiering-{key}",
    )  # fmt: skip
    if page.export:
        return page.export_response()
    narrowed = bool(page.selected)
    context = {
        "page": page, "tab": shown, "tabs": _tabs(user, key), "decides": decides,
        "bulk": key == "waiting" and decides,
        "empty_title": "Nothing fits" if narrowed else shown.empty,
        "empty_text": "Take a filter away." if narrowed else shown.nothing,
        "may_manage": user.may(Permission.MANAGE_TIERING),
    }  # fmt: skip
    return render(request, "tiering/list.html", context)


def _tabs(user, key):
    return [
        {
            "label": tab.label,
            "url": reverse(f"tiering:{tab.key}"),
            "current": tab.key == key,
            "count": f"{tab.found(user).order_by().count():,}",
        }
        for tab in TABS
    ]


@require_POST
def decide_many(request):
    """Decide the ticked proposals as the rules give them, on one page that says which and which not."""
    require(request.user, Permission.SET_TIERS)
    chosen = _assessments(request.user).filter(pk__in=ticked_ids(request, "assessment"))
    back = url_of_list(request, default=reverse("tiering:waiting"))
    if "save" in request.POST:
        decided, left = actions.decide_as_proposed(
            assessments=chosen, by=request.user, today=timezone.localdate()
        )
        told = f"{count_of(len(decided), 'tier')} decided as proposed."
        if left:
            told += f" {count_of(len(left), 'proposal')} left as it was: look at each by itself."
        messages.success(request, told)
        return redirect(back)
    standings = actions.standings(chosen, by=request.user)
    if not standings:
        messages.warning(request, "Tick at least one proposal.")
        return redirect(back)
    context = {
        "agreed": [s.assessment for s in standings if not s.why_not],
        "left": [s for s in standings if s.why_not],
        "back": back,
    }
    return render(request, "tiering/decide_many.html", context)


# --- The questionnaire ----------------------------------------------------------------------------


def questionnaire_page(request):
    """The version in use, for everybody who sees contracts."""
    _only_for_readers(request.user)
    return _version_page(request, Questionnaire.objects.current())


def questionnaire_version(request, questionnaire_pk):
    """A version that was published, as it was."""
    _only_for_readers(request.user)
    published = Questionnaire.objects.published().with_all()
    return _version_page(request, get_object_or_404(published, pk=questionnaire_pk))


def _only_for_readers(user):
    if not parts.sees_contracts(user):
        raise Http404


def _version_page(request, questionnaire):
    versions = Questionnaire.objects.published().select_related("published_by").order_by("-number")
    page = Paginator(versions, VERSIONS_ON_A_PAGE).get_page(page_number(request))
    context = {"questionnaire": questionnaire, "page": page}
    context |= _maker(request.user)
    if questionnaire is not None:
        before = (
            Questionnaire.objects.published().with_all().filter(number__lt=questionnaire.number)
        )
        context |= parts.described(questionnaire, before.order_by("-number").first())
    return render(request, "tiering/questionnaire.html", context)


def _maker(user):
    """What only those who keep the questionnaire are told: that there is a draft."""
    may_manage = user.may(Permission.MANAGE_TIERING)
    drafts = Questionnaire.objects.filter(state="draft").select_related("started_by")
    return {
        "may_manage": may_manage,
        "draft": drafts.first() if may_manage else None,
        "oversees": parts.oversees(user),
    }


def _draft(request):
    require(request.user, Permission.MANAGE_TIERING)
    draft = Questionnaire.objects.draft()
    if draft is None:
        raise Http404
    return draft


@require_POST
def draft_start(request):
    require(request.user, Permission.MANAGE_TIERING)
    if Questionnaire.objects.current() is None:
        raise Http404
    actions.start_draft(by=request.user)
    return redirect("tiering:draft")


def draft_page(request):
    """The draft as it stands, what is wrong with it, and where to change each part."""
    draft = _draft(request)
    history_page, entries = page_of_entries(
        [
            Questionnaire.history.filter(id=draft.pk),
            Question.history.filter(questionnaire_id=draft.pk),
            HardRule.history.filter(questionnaire_id=draft.pk),
        ],
        page=page_number(request),
    )
    context = {
        "questionnaire": draft, "problems": parts.problems(draft), "entries": entries,
        "history_page": history_page, "most_questions": rules.MOST_QUESTIONS,
        "may_add_question": len(draft.questions.all()) < rules.MOST_QUESTIONS,
        "may_add_rule": len(draft.hard_rules.all()) < rules.MOST_HARD_RULES,
        **parts.described(draft, Questionnaire.objects.current()),
    }  # fmt: skip
    return render(request, "tiering/draft.html", context)


def _no_longer_a_draft(request, refused):
    messages.warning(request, f"{refused}. Nothing of yours was saved.")
    return redirect("tiering:questionnaire")


@require_http_methods(["GET", "POST"])
def draft_discard(request):
    draft = _draft(request)
    if request.method == "POST":
        try:
            actions.discard_draft(draft=draft, by=request.user)
        except actions.NoDraft as refused:
            return _no_longer_a_draft(request, refused)
        messages.success(request, f"The draft of version {draft.number} is discarded.")
        return redirect("tiering:questionnaire")
    return render(request, "tiering/discard.html", {"questionnaire": draft})


@require_http_methods(["GET", "POST"])
def draft_numbers(request):
    """Weights, cut-offs and months on one page."""
    draft = _draft(request)
    form = NumbersForm(request.POST or None, draft=draft)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_numbers(
                draft=draft, by=request.user, version=form.cleaned_data["version"],
                numbers=form.numbers, weights=form.weights, notes=form.cleaned_data["notes"],
            )  # fmt: skip
        except locking.Conflict:
            return _numbers_conflict(request, form)
        except actions.NoDraft as refused:
            return _no_longer_a_draft(request, refused)
        messages.success(request, "Draft saved." if form.has_changed() else "Nothing was changed.")
        return redirect("tiering:draft")
    return render(request, "tiering/numbers.html", {"form": form, "questionnaire": draft})


def _numbers_conflict(request, form):
    """Somebody saved meanwhile: show both values, and the form again with everybody's work in it."""
    draft = _draft(request)
    data, differences = form.merged(NumbersForm(draft=draft))
    edited_by, edited_at = latest_editor(draft)
    context = {
        "form": NumbersForm(data, draft=draft), "questionnaire": draft, "differences": differences,
        "edited_by": edited_by, "edited_at": edited_at,
    }  # fmt: skip
    return render(request, "tiering/numbers.html", context, status=409)


@require_http_methods(["GET", "POST"])
def question_add(request):
    draft = _draft(request)
    form = QuestionForm(request.POST or None)
    full = len(draft.questions.all()) >= rules.MOST_QUESTIONS
    if full:
        messages.warning(request, f"There are {rules.MOST_QUESTIONS} questions already.")
        return redirect("tiering:draft")
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_question(draft=draft, by=request.user, **form.changes)
        except actions.NoDraft as refused:
            return _no_longer_a_draft(request, refused)
        messages.success(request, "Question added. It weighs nothing yet: share out the weights.")
        return redirect("tiering:draft")
    return render(request, "tiering/question_form.html", {"form": form, "questionnaire": draft})


def _question(draft, pk):
    return get_object_or_404(draft.questions.select_related("questionnaire"), pk=pk)


@require_http_methods(["GET", "POST"])
def question_edit(request, question_pk):
    draft = _draft(request)
    question = _question(draft, question_pk)
    form = QuestionForm(request.POST or None, instance=question)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_row(row=question, by=request.user, changes=form.changes)
        except actions.NoDraft as refused:
            return _no_longer_a_draft(request, refused)
        messages.success(
            request, "Question saved." if form.has_changed() else "Nothing was changed."
        )
        return redirect("tiering:draft")
    context = {"form": form, "questionnaire": draft, "question": question}
    return render(request, "tiering/question_form.html", context)


@require_http_methods(["GET", "POST"])
def question_remove(request, question_pk):
    return _remove(request, _question(_draft(request), question_pk))


@require_http_methods(["GET", "POST"])
def rule_add(request):
    draft = _draft(request)
    if len(draft.hard_rules.all()) >= rules.MOST_HARD_RULES:
        messages.warning(request, f"There are {rules.MOST_HARD_RULES} rules already.")
        return redirect("tiering:draft")
    form = RuleForm(request.POST or None, draft=draft)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_rule(draft=draft, by=request.user, **form.values)
        except actions.NoDraft as refused:
            return _no_longer_a_draft(request, refused)
        messages.success(request, "Rule added.")
        return redirect("tiering:draft")
    return render(request, "tiering/rule_form.html", {"form": form, "questionnaire": draft})


def _rule(draft, pk):
    return get_object_or_404(draft.hard_rules.select_related("questionnaire", "question"), pk=pk)


@require_http_methods(["GET", "POST"])
def rule_edit(request, rule_pk):
    draft = _draft(request)
    rule = _rule(draft, rule_pk)
    form = RuleForm(request.POST or None, draft=draft, rule=rule)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_row(row=rule, by=request.user, changes=form.changes)
        except actions.NoDraft as refused:
            return _no_longer_a_draft(request, refused)
        messages.success(request, "Rule saved." if form.has_changed() else "Nothing was changed.")
        return redirect("tiering:draft")
    context = {"form": form, "questionnaire": draft, "rule": rule}
    return render(request, "tiering/rule_form.html", context)


@require_http_methods(["GET", "POST"])
def rule_remove(request, rule_pk):
    return _remove(request, _rule(_draft(request), rule_pk))


def _remove(request, row):
    """Take a question or a rule out of the draft, after it was asked about."""
    noun = row._meta.verbose_name
    if request.method == "POST":
        try:
            actions.remove_row(row=row, by=request.user)
        except actions.NoDraft as refused:
            return _no_longer_a_draft(request, refused)
        messages.success(request, f"{noun.capitalize()} removed from the draft.")
        return redirect("tiering:draft")
    asked_by = row.hard_rules.all() if isinstance(row, Question) else ()
    context = {"row": row, "noun": noun, "questionnaire": row.questionnaire, "asked_by": asked_by}
    return render(request, "tiering/remove.html", context)


# --- What a draft would change --------------------------------------------------------------------


def draft_changes(request):
    """How many contracts would be of another tier by the draft, and which."""
    draft = _draft(request)
    problems = parts.problems(draft)
    if problems:
        context = {"questionnaire": draft, "problems": problems}
        return render(request, "tiering/changes.html", context)
    rescored = Rescored(draft, platinum=Organisation.current().platinum_tier)
    matrix = parts.Matrix(rescored, *_cell(request))
    page = columns.MovingList(
        request, matrix=matrix, queryset=matrix.assessments, columns=columns.MOVING,
        name="tiering-changes",
    )  # fmt: skip
    if page.export:
        return page.export_response()
    context = {
        "questionnaire": draft, "page": page, "matrix": matrix,
        **parts.described(draft, Questionnaire.objects.current()),
    }  # fmt: skip
    return render(request, "tiering/changes.html", context)


def _cell(request):
    """The cell of the matrix that was asked for: (tier by the rules so far, tier by the draft)."""
    was, now = request.GET.get("was", ""), request.GET.get("now", "")
    fits = was in Tier.values and now in (*Tier.values, parts.UNKNOWN)
    return (was, now) if fits else ("", "")


@require_http_methods(["GET", "POST"])
def draft_publish(request):
    """Put the draft in use, with a reason, after a last look at what follows."""
    draft = _draft(request)
    if parts.problems(draft):
        return redirect("tiering:draft")
    today = timezone.localdate()
    initial = {
        "version": draft.version, "reassess_by": today + relativedelta(months=MONTHS_TO_REASSESS),
    }  # fmt: skip
    form = PublishForm(request.POST or None, today=today, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            marked = actions.publish(draft=draft, by=request.user, **form.cleaned_data)
        except locking.Conflict:
            form = _looked_at_again(request, draft, today)
        except actions.Refused as refused:
            return _no_longer_a_draft(request, refused)
        else:
            messages.success(request, _published_in_words(draft, marked))
            return redirect("tiering:questionnaire")
    rescored = Rescored(draft, platinum=Organisation.current().platinum_tier)
    context = {
        "questionnaire": draft, "form": form, "matrix": parts.Matrix(rescored),
        **parts.described(draft, Questionnaire.objects.current()),
    }  # fmt: skip
    return render(request, "tiering/publish.html", context)


def _looked_at_again(request, draft, today):
    """Somebody changed the draft after this page was opened: what was typed stays, and is not yet sent."""
    data = QueryDict(mutable=True)
    data.update(request.POST.dict() | {"version": str(draft.version)})
    form = PublishForm(data, today=today)
    form.is_valid()
    form.add_error(
        None, "The draft was changed while this page was open: look at what would change, then publish again"
    )  # fmt: skip
    return form


def _published_in_words(draft, marked):
    told = f"Version {draft.number} is in use."
    if marked:
        told += f" {count_of(marked, 'contract')} to be assessed again; no tier has changed."
    return told
