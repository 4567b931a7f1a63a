"""One contract's term with everything that follows from it: what pages show, actions go by and rows store."""

from collections import defaultdict
from copy import copy
from functools import cached_property

from django.db import transaction

from contracts.models import Contract
from contracts.terms import clocks, rules
from contracts.terms.models import (
    BankHoliday,
    BreakDate,
    EndOverride,
    ExtensionOption,
    Nation,
    NoticeClock,
    Outcome,
    Term,
)

BATCH = 500
# The dates of options and breaks are with them; a notice that may be given at any time has none.
NOTHING = clocks.Explained(None, ())


class Sheet:
    """The term of one contract. Makes no query; `of` and `of_many` bring what it needs."""

    def __init__(self, contract, *, term, options, breaks, notices, overrides, calendars):
        self.contract = contract
        self.term = term
        self.options = sorted(options, key=lambda option: option.number)
        self.breaks = sorted(breaks, key=lambda day: day.on)
        self.notices = sorted(notices, key=lambda clock: (_ORDER[clock.kind], clock.pk or 0))
        self.overrides = overrides
        self._calendars = calendars

    @classmethod
    def of(cls, contract):
        """Six queries; one more where working days are counted."""
        return next(cls.of_many([contract]))

    @classmethod
    def of_many(cls, contracts):
        """A sheet for each, in a number of queries that does not grow with them."""
        ids = [contract.pk for contract in contracts]
        terms = {term.contract_id: term for term in Term.objects.filter(contract__in=ids)}
        rows = {
            model: _by_contract(model, ids)
            for model in (ExtensionOption, BreakDate, NoticeClock, EndOverride)
        }
        calendars = Calendars()
        for contract in contracts:
            term = terms.get(contract.pk)
            if term:
                term.contract = contract
            yield cls(
                contract,
                term=term,
                options=rows[ExtensionOption][contract.pk],
                breaks=rows[BreakDate][contract.pk],
                notices=rows[NoticeClock][contract.pk],
                overrides={row.of: row for row in rows[EndOverride][contract.pk]},
                calendars=calendars,
            )

    # --- what is recorded -------------------------------------------------------------------------

    @property
    def nation(self):
        return Nation(self.term.nation) if self.term else Nation.ENGLAND_WALES

    @cached_property
    def calendar(self):
        """Fetched only where there is a notice to count."""
        return (
            self._calendars.of(self.nation) if self.notices else clocks.Calendar(self.nation.label)
        )

    def clock(self, kind, counts_from="end"):
        found = (c for c in self.notices if (c.kind, c.counts_from) == (kind, counts_from))
        return next(found, None)

    @property
    def used_break(self):
        return next((day for day in self.breaks if day.state == BreakDate.State.USED), None)

    @property
    def next_option(self):
        return next((option for option in self.options if option.is_open), None)

    @property
    def open_options(self):
        return [option for option in self.options if option.is_open]

    @property
    def term_version(self):
        """0 while there is no term."""
        return self.term.version if self.term else 0

    @property
    def renewal_is_stopped(self):
        """Whether notice was given that keeps the next renewal from happening."""
        stop = self.clock("stop_renewal")
        return bool(
            stop
            and stop.outcome == Outcome.GIVEN
            and stop.outcome_for_on == self._renewal_notice(stop).on
        )

    @property
    def renews_for(self):
        return self.term.renews_for_months if self.term else None

    def _facts(self, *, renews_for):
        contract = self.contract
        return rules.Facts(
            commences_on=contract.commences_on,
            initial_months=contract.initial_term_months,
            initial_end_on=contract.initial_end_on,
            ends_on=contract.ends_on,
            signed_on=contract.signed_on,
            rolling=bool(self.term and self.term.rolling),
            renews_for=renews_for,
            options=tuple(
                rules.Option(option.number, option.months, option.state, option.decided_on)
                for option in self.options
            ),
            broken_on=self.used_break.on if self.used_break else None,
            overrides={
                of: rules.Override(row.recorded_on, row.worked_out_on, row.reason)
                for of, row in self.overrides.items()
            },
        )

    # --- what follows -----------------------------------------------------------------------------

    @cached_property
    def dates(self):
        facts = self._facts(renews_for=self.renews_for)
        extend = self.clock("extend")
        return rules.work_out(
            facts, extend=extend.notice if extend else None, calendar=self.calendar
        )

    @cached_property
    def longest(self):
        if self.renews_for and self.renewal_is_stopped:
            return self.dates.current.also("Notice to stop the renewal was given, so it ends then.")
        longest, recorded = self.dates.longest, self.contract.ends_on
        if longest.on and recorded and recorded > longest.on:
            line = f"It is recorded as ending later, on {rules.in_words(recorded)}."
            return rules.Explained(recorded, (*longest.why, line))
        return longest

    def due(self, clock):
        """The last day of a clock that has one of its own."""
        if clock.kind == NoticeClock.Kind.CLAIM:
            what = clock.about or "the day that gives rise to the claim"
            return clocks.last_day_to_claim(
                clock.notice, after=clock.from_on, what=what, calendar=self.calendar
            )
        if self.used_break:
            return clocks.Explained(None, ("A break was used: no further notice is needed.",))
        if clock.kind == NoticeClock.Kind.STOP_RENEWAL:
            return self._renewal_notice(clock)
        if clock.kind == NoticeClock.Kind.TERMINATE and clock.counts_from == "end":
            return self._before_the_end(clock)
        return NOTHING

    def _renewal_notice(self, clock):
        if not self.renews_for:
            return clocks.Explained(None, ("The contract is not recorded as renewing by itself.",))
        return self._before_the_end(clock)

    def _before_the_end(self, clock):
        end = self.dates.current
        if end.on is None:
            return clocks.Explained(None, ("There is no end to count back from.",))
        return clocks.last_day_to_give(
            clock.notice, before=end.on, what="the current end", calendar=self.calendar
        )

    def break_notice(self, day):
        clock = self.clock("terminate", "breaks")
        if clock is None:
            return clocks.Explained(day.on, (
                f"No notice to break is recorded, so the break can be used until {clocks.in_words(day.on)}.",
            ))  # fmt: skip
        return clocks.last_day_to_give(
            clock.notice, before=day.on, what="the break date", calendar=self.calendar
        )

    def renewal(self, today):
        """Until when it has renewed or will renew; None when it does not, or notice was given."""
        if self.renewal_is_stopped:
            return None
        return rules.next_renewal(self._facts(renews_for=self.renews_for), today=today)

    @property
    def end_is_settled(self):
        """Whether it is clear which current end counts: the recorded one is worked out, or has its reason."""
        return not any(d.of == rules.CURRENT_END for d in self.dates.unexplained)

    @property
    def end_is_overridden(self):
        """Whether the recorded end counts although another was worked out, for a reason that holds."""
        return any(d.of == rules.CURRENT_END and d.reason for d in self.dates.differences)

    def end_with(self, option):
        """The recorded end once this option is taken: where it leads or, where somebody has moved the end already
        to where it or a later option leads, as it is. None when it is not known or in question."""
        ends = [
            self.dates.of_option(o.number).end.on
            for o in self.open_options
            if o.number >= option.number
        ]
        recorded = self.contract.ends_on
        if self.end_is_settled or recorded is None:
            return ends[0] if ends else None
        return recorded if recorded in ends else None

    def may_decide(self, option):
        """Whether it is clear which end the option runs on from."""
        return self.end_is_settled or self.end_with(option) is not None

    def imagined(self, row=None, *, ends_on=..., **values):
        """The sheet as it would be with these values in a row, and with another current end. Nothing is saved."""
        contract = copy(self.contract)
        if ends_on is not ...:
            contract.ends_on = ends_on
        changed = copy(row)
        for name, value in values.items():
            setattr(changed, name, value)

        def with_it(rows):
            return [changed if row is not None and r == row else r for r in rows]

        sheet = Sheet(
            contract,
            term=self.term,
            options=with_it(self.options),
            breaks=with_it(self.breaks),
            notices=self.notices,
            overrides=self.overrides,
            calendars=self._calendars,
        )
        moves = self.contract.ends_on != contract.ends_on
        return sheet._with_override_carried() if moves and self.end_is_overridden else sheet

    def _with_override_carried(self):
        """An end that was set to another day moves on with what is decided: it stays the one that counts."""
        moved = next((d for d in self.dates.unexplained if d.of == rules.CURRENT_END), None)
        if moved:
            carried = copy(self.overrides[rules.CURRENT_END])
            carried.recorded_on, carried.worked_out_on = moved.recorded_on, moved.worked_out_on
            self.overrides = {**self.overrides, rules.CURRENT_END: carried}
            del self.dates
        return self

    # --- what is stored ---------------------------------------------------------------------------

    def derived(self):
        """(row, its derived columns as they follow from everything else)."""
        if self.term:
            yield (
                self.term,
                {
                    "initial_works_out_on": self.dates.initial_worked_out.on,
                    "works_out_on": self.dates.worked_out.on,
                    "longest_on": self.longest.on,
                },
            )
        for option in self.options:
            # What was declined or lapsed keeps the dates it had.
            if option.state in (rules.AVAILABLE, rules.TAKEN):
                found = self.dates.of_option(option.number)
                columns = {"starts_on": found.starts_on, "ends_on": found.end.on}
                if option.is_open:
                    columns["notice_on"] = found.notice.on
                yield option, columns
        for day in self.breaks:
            if day.is_open:
                yield day, {"notice_on": self.break_notice(day).on}
        for clock in self.notices:
            yield clock, {"due_on": self.due(clock).on}


_ORDER = {kind: number for number, kind in enumerate(NoticeClock.Kind.values)}


def _by_contract(model, ids):
    found = defaultdict(list)
    for row in model.objects.filter(contract__in=ids).order_by():
        found[row.contract_id].append(row)
    return found


class Calendars:
    """The calendars that are asked for, each fetched once."""

    def __init__(self):
        self._found = {}

    def of(self, nation):
        if nation not in self._found:
            self._found[nation] = clocks.Calendar(nation.label, BankHoliday.objects.by_day(nation))
        return self._found[nation]


@transaction.atomic(savepoint=False)
def work_out_again(terms):
    """Store the dates of these terms as they follow from what is recorded now.

    A few statements for each batch; none but the first where there is no term. No history: nobody decides these
    dates, and the rows they follow from have theirs.
    """
    # Locked, as by every action of this room: what is read here is what the dates are stored for.
    contracts = Contract.objects.filter(pk__in=terms.order_by().values("contract"))
    contracts = contracts.select_for_update(of=("self",)).order_by("pk")
    batch = []
    for contract in contracts.iterator(chunk_size=BATCH):
        batch.append(contract)
        if len(batch) == BATCH:
            _store(batch)
            batch = []
    if batch:
        _store(batch)


def _store(contracts):
    changed, columns = defaultdict(list), {}
    for sheet in Sheet.of_many(contracts):
        for row, values in sheet.derived():
            columns.setdefault(type(row), set()).update(values)
            if any(getattr(row, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(row, name, value)
                changed[type(row)].append(row)
    for model, rows in changed.items():
        # The rows are there, and their contracts are locked: this writes the derived columns of all of them in
        # one statement, where bulk_update would compare each row with every other.
        model.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["pk"], update_fields=sorted(columns[model])
        )
