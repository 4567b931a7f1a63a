"""What the term adds to a contract's page, to what is due, to the checks and to the history."""

from datetime import date

from django.db.models import DateField, Exists, F, IntegerField, OuterRef, Q, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from common import deadlines
from common.markup import row_url
from contracts import checks, consequences, notices, sections, trail
from contracts.models import Contract
from contracts.terms import actions, agenda
from contracts.terms.models import (
    BreakDate,
    EndOverride,
    ExtensionOption,
    NoticeClock,
    Term,
)
from contracts.terms.sheet import work_out_again

# --- the contract's page --------------------------------------------------------------------------

OPTION, BREAK, TERM = "option", "break", "term"


def asked(contract, mode):
    """Every date of every kind, and the term itself."""
    return (
        _dated(ExtensionOption.objects.open(), contract, OPTION, "number", "months", "notice_on"),
        _dated(BreakDate.objects.open().for_us(), contract, BREAK, None, None, "notice_on"),
        _dated(NoticeClock.objects.unsettled(), contract, "kind", None, None, "due_on"),
        # Those without a date, or settled: the contract still has notices of its own.
        _dated(NoticeClock.objects.all(), contract, "kind", None, None, None),
        _term_as_row(contract),
    )


def summary(contract, user, rows):
    """The next date to act and the options left."""
    rows = [
        (r["what"], r["number"], r["months"], r["day"] and date.fromisoformat(r["day"]))
        for r in rows
    ]
    term = next((row for row in rows if row[0] == TERM), None)
    options = sorted(row for row in rows if row[0] == OPTION)
    others = [row for row in rows if row[0] not in (OPTION, TERM)]
    counts_notice = _counts_notice(rows)
    if term is None and contract.initial_term_months is None:
        return {"recorded": False}
    waiting = [row for row in (*options[:1], *others) if row[3]]
    first = min(waiting, key=lambda row: row[3], default=None)
    return {
        "recorded": True,
        "counts_notice": counts_notice,
        "term": {
            "rolling": bool(term and term[1]),
            "renews_for_months": term[2] if term else None,
            "longest_on": term[3] if term else None,
        },
        "next_on": first[3] if first else None,
        "next_title": _title(first) if first else "",
        "options_left": len(options),
        "months_left": sum(row[2] for row in options),
    }


def _counts_notice(rows):
    """Whether some step has a notice of its own, as in `with_notices_of_their_own`."""
    kinds = {row[0] for row in rows} - {OPTION, TERM, BREAK, NoticeClock.Kind.CLAIM}
    if not any(row[0] == OPTION and row[3] for row in rows):
        kinds.discard(NoticeClock.Kind.EXTEND)
    return bool(kinds)


def _dated(rows, contract, what, number, months, on):
    """(what, number, months, day) of each row; a column or, where there is none, nothing."""
    nothing = Value(None, IntegerField())
    return rows.filter(contract=contract), {
        "what": F(what) if what == "kind" else Value(what),
        "number": F(number) if number else nothing,
        "months": F(months) if months else nothing,
        "day": F(on) if on else nothing,
    }


def _term_as_row(contract):
    return Term.objects.filter(contract=contract), {
        "what": Value(TERM), "number": F("rolling"), "months": F("renews_for_months"), "day": F("longest_on"),
    }  # fmt: skip


def _title(row):
    what, number = row[0], row[1]
    if what == OPTION:
        return f"Last day to take option {number}"
    return "Last day to give notice to break" if what == BREAK else agenda.title_of(what)


sections.register(
    sections.Section(
        "term", "Term", "terms:contract", order=15,
        summary_template="terms/_summary.html", summary=summary, asked=asked,
    )
)  # fmt: skip


@trail.source()
def of_its_term(contract):
    return Term.history.filter(contract_id=contract.pk)


@trail.source()
def of_its_ends(contract):
    return EndOverride.history.filter(contract_id=contract.pk)


@trail.source()
def of_its_options(contract):
    return ExtensionOption.history.filter(contract_id=contract.pk)


@trail.source()
def of_its_breaks(contract):
    return BreakDate.history.filter(contract_id=contract.pk)


@trail.source()
def of_its_notices(contract):
    return NoticeClock.history.filter(contract_id=contract.pk)


# --- what follows from changes of the contract ----------------------------------------------------


consequences.makes(Term, since="given another term")


@consequences.of_change({"initial_term_months"})
def begin_terms(contracts, by):
    actions.begin_terms(contracts, by=by)


@consequences.of_change({"ends_on", "commences_on", "initial_end_on", "initial_term_months"})
def work_out_dates(contracts, by):
    """The dates of options, breaks and notices hang on those of the contract."""
    work_out_again(Term.objects.filter(contract__in=contracts.order_by().values("pk")))


@notices.counted_finer
def with_notices_of_their_own():
    """The register's one notice period is told of only where no step has a notice of its own. The notice to
    extend is one while there is an option to take: without, nobody would be told of any date."""
    options = ExtensionOption.objects.open().filter(contract=OuterRef("contract"))
    counted = NoticeClock.objects.exclude(kind=NoticeClock.Kind.CLAIM).filter(
        ~Q(kind=NoticeClock.Kind.EXTEND) | Exists(options.filter(notice_on__isnull=False))
    )
    return counted.order_by().values("contract")


# --- dates somebody must meet ---------------------------------------------------------------------

_COLUMNS = (
    "pk", "contract", "contract__reference", "contract__title", "contract__unit",
    "contract__oco", "contract__deputy",
)  # fmt: skip


def _of(rows, scope):
    contracts = Contract.objects.not_ended().within(scope)
    return rows.filter(contract__in=contracts.order_by().values("pk")).order_by()


def _deadline(key, title, due_on, contract, reference, name, unit, oco, deputy):
    return deadlines.Deadline(
        key=key,
        due_on=due_on,
        title=title,
        subject=f"{reference} {name}",
        url=row_url("terms:contract", contract),
        responsible=tuple(person for person in (oco, deputy) if person),
        contract_id=contract,
        unit_id=unit,
    )


def _options(scope, start, end):
    options = ExtensionOption.objects.next_to_decide().filter(notice_on__range=(start, end))
    return _of(options, scope).values_list(*_COLUMNS, "number", "months", "notice_on")


@deadlines.source("option-decision", "Option to extend to decide on", asked=_options)
def options_to_decide(scope, start, end):
    found = deadlines.kept_rows(_options, scope, start, end)
    for pk, *contract, number, months, due_on in found:
        title = f"Decide on option {number} ({months} month{'' if months == 1 else 's'})"
        yield _deadline(f"option-decision:{pk}", title, due_on, *contract)


def _ways_out(scope, start, end):
    clocks = NoticeClock.objects.unsettled().filter(
        kind=NoticeClock.Kind.TERMINATE, due_on__range=(start, end)
    )
    breaks = BreakDate.objects.open().for_us().filter(notice_on__range=(start, end))
    no_break = Cast(Value(None), DateField())
    found = _of(clocks, scope).values_list(*_COLUMNS, no_break, "due_on")
    return found.union(_of(breaks, scope).values_list(*_COLUMNS, "on", "notice_on"), all=True)


@deadlines.source("termination-notice", "Last day to give notice to end or break", asked=_ways_out)
def notices_to_end(scope, start, end):
    for pk, *contract, on, due_on in deadlines.kept_rows(_ways_out, scope, start, end):
        if on:
            title = f"Last day to give notice for the break on {on.day} {on:%B %Y}"
            yield _deadline(f"termination-notice:break-{pk}", title, due_on, *contract)
        else:
            title = agenda.title_of(NoticeClock.Kind.TERMINATE)
            yield _deadline(f"termination-notice:clock-{pk}", title, due_on, *contract)


def _clocks(kind):
    def asked(scope, start, end):
        clocks = NoticeClock.objects.unsettled().filter(kind=kind, due_on__range=(start, end))
        return _of(clocks, scope).values_list(*_COLUMNS, "about", "due_on")

    return asked


_renewals, _claims = _clocks(NoticeClock.Kind.STOP_RENEWAL), _clocks(NoticeClock.Kind.CLAIM)


@deadlines.source("renewal-notice", "Last day to stop an automatic renewal", asked=_renewals)
def notices_to_stop_renewal(scope, start, end):
    found = deadlines.kept_rows(_renewals, scope, start, end)
    return _of_clocks(NoticeClock.Kind.STOP_RENEWAL, "renewal-notice", found)


@deadlines.source("claim-notice", "Last day to claim", asked=_claims)
def claims(scope, start, end):
    found = deadlines.kept_rows(_claims, scope, start, end)
    return _of_clocks(NoticeClock.Kind.CLAIM, "claim-notice", found)


def _of_clocks(kind, key, found):
    for pk, *contract, about, due_on in found:
        yield _deadline(f"{key}:{pk}", agenda.title_of(kind, about), due_on, *contract)


# --- how the contract is managed ------------------------------------------------------------------


def _today():
    return timezone.localdate()


def with_a_notice_missed(contracts):
    clocks = NoticeClock.objects.missed(_today()).order_by().values("contract")
    breaks = BreakDate.objects.past_notice(_today()).order_by().values("contract")
    return contracts.not_ended().filter(Q(pk__in=clocks) | Q(pk__in=breaks))


def with_an_option_undecided(contracts):
    options = ExtensionOption.objects.past_notice(_today()).order_by().values("contract")
    return contracts.not_ended().filter(pk__in=options)


def whose_ends_disagree(contracts):
    """An end is recorded that is not what the term works out to, and no reason is given for these two dates."""
    open_terms = contracts.not_ended()
    no_end = Q(ends_on=None, term__works_out_on__isnull=False)
    current = _differing(open_terms, EndOverride.Of.CURRENT_END, "ends_on", "works_out_on")
    initial = _differing(
        open_terms, EndOverride.Of.INITIAL_END, "initial_end_on", "initial_works_out_on"
    )
    return open_terms.filter(no_end | Q(pk__in=current) | Q(pk__in=initial))


def _differing(contracts, of, recorded, worked_out):
    """Ids of those whose recorded column is another date than the term's, without a reason for it."""
    explained = EndOverride.objects.filter(
        contract=OuterRef("pk"), of=of,
        recorded_on=OuterRef(recorded), worked_out_on=OuterRef(f"term__{worked_out}"),
    )  # fmt: skip
    known = {f"{recorded}__isnull": False, f"term__{worked_out}__isnull": False}
    differ = contracts.filter(**known).exclude(**{recorded: F(f"term__{worked_out}")})
    return differ.filter(~Exists(explained)).order_by().values("pk")


def _term_of(contract):
    return reverse("terms:contract", args=[contract.pk])


checks.register(checks.Check(
    "notice_missed", "Notice date missed", "Record what followed from the notice date that was missed",
    failing=with_a_notice_missed, mend=_term_of, order=22,
))  # fmt: skip
checks.register(checks.Check(
    "option_undecided", "Option past its notice date",
    "Record what became of the option whose last day to give notice has passed",
    failing=with_an_option_undecided, mend=_term_of, order=24,
))  # fmt: skip
checks.register(checks.Check(
    "ends_disagree", "Term and recorded end disagree", "Say which end is right: the recorded one or the term's",
    failing=whose_ends_disagree,
    mend=_term_of, order=26,
))  # fmt: skip
