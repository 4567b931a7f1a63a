"""Everything that the credits of a contract are worked out from, read in a handful of queries."""

from dataclasses import replace

from django.utils.functional import cached_property

from contracts.models import Stage
from performance import periods
from performance.credits import rules
from performance.credits.models import Charge
from performance.credits.rules import Before, Charges, Later, Measured, Variant
from performance.models import Indicator, Reading
from performance.rules import State as ReadingState

# A reading of a year counts in the month in which the year ends, and may repeat the failure of the year before.
MONTHS_OF_READINGS = 24
WAITING = {ReadingState.REPORTED: "not checked yet", ReadingState.CHALLENGED: "challenged"}


class Sheet:
    """The regimes, charges, readings and earlier credits of a contract, for months from `first` to `last`."""

    def __init__(self, contract, first, last):
        self.contract, self.first = contract, first
        self.regimes = list(contract.credit_regimes.order_by("from_on").prefetch_related("shares"))
        for regime in self.regimes:
            regime.contract = contract  # its currency is asked for each month
        self.credits = {c.month: c for c in contract.credits.exclude(month=None)}
        charged = Charge.objects.filter(
            contract=contract,
            month__range=(rules.month_after(first, 1 - rules.MONTHS_OF_A_CAP), last),
        )
        self.charges = dict(charged.values_list("month", "amount"))
        indicators = Indicator.objects.filter(contract=contract).with_definitions()
        self.indicators = list(indicators.order_by("reference", "name", "pk"))
        self._readings = self._all_readings(first, last)

    def _all_readings(self, first, last):
        """{(indicator id, first day of the period): reading}."""
        by_id = {indicator.pk: indicator for indicator in self.indicators}
        since = rules.month_after(first, -MONTHS_OF_READINGS)
        rows = Reading.objects.filter(
            indicator__in=self.indicators, period_start__range=(since, rules.month_end(last))
        ).select_related("definition")
        found = {}
        for reading in rows:
            reading.indicator = by_id[reading.indicator_id]
            found[reading.indicator_id, reading.period_start] = reading
        return found

    # --- one month ------------------------------------------------------------------------------

    def regime_of(self, month):
        """The regime that counts for a month: of those that hold for all of it, the latest. None when the contract
        had ended before, unless something was measured all the same."""
        if self._ended_before(month) and month not in self._measured_months:
            return None
        fitting = [r for r in self.regimes if rules.counts_from(r.from_on) <= month]
        return fitting[-1] if fitting else None

    def _ended_before(self, month):
        if self.contract.stage != Stage.ENDED or month < self.first:
            return False
        ended_on = self.contract.ended_on or self.contract.ends_on
        return ended_on is not None and ended_on < month

    @cached_property
    def _measured_months(self):
        """The months in which a period ends that has a reading."""
        return {rules.month_of(reading.period.end) for reading in self._readings.values()}

    def work_out(self, month, regime):
        return rules.work_out(
            self.measured(month, regime), terms=regime.terms, charges=self.charges_of(month)
        )

    def charges_of(self, month):
        counted = {c.month: c for c in self.credits.values() if c.month < month}
        later = [
            Later(
                regime.terms, self._charges(credit.month, {**counted, **self._frozen_after(month)})
            )
            for credit in self._frozen_after(month).values()
            if credit.month < rules.month_after(month, rules.MONTHS_OF_A_CAP)
            and (regime := self.regime_of(credit.month))
        ]
        return replace(self._charges(month, counted), later=later)

    def _frozen_after(self, month):
        """What stays as it is of the months after this one, by month: their own caps count this month too."""
        return {c.month: c for c in self.credits.values() if c.month > month and c.is_frozen}

    def _charges(self, month, counted):
        """What a cap of a month hangs on; of the other months of its twelve, those that are `counted`."""
        window = rules.months_between(rules.month_after(month, 1 - rules.MONTHS_OF_A_CAP), month)
        amounts = [counted[m].amount for m in window if m in counted]
        return Charges(
            month=self.charges.get(month),
            label=rules.month_in_words(month),
            twelve=[self.charges.get(m) for m in window],
            first_year=window[0] < self._began,
            used=sum(filter(None, amounts), rules.ZERO),
        )

    @property
    def _began(self):
        """The first month that can have been charged for."""
        began = self.contract.commences_on or self.regimes[0].from_on
        return rules.month_of(began)

    def measured(self, month, regime):
        shares = {share.indicator_id: share.share for share in regime.shares.all()}
        return [
            measured
            for indicator in self.indicators
            for period in self._periods_of(indicator, month)
            if (measured := self._measured(indicator, period, regime, shares))
        ]

    def _periods_of(self, indicator, month):
        """The periods that end in the month and were measured or should have been."""
        if indicator.frequency == periods.Frequency.ON_EVENT:
            last = rules.month_end(month)
            days = [s for pk, s in self._readings if pk == indicator.pk and month <= s <= last]
            return [periods.Period(day, indicator.frequency) for day in sorted(days)]
        return [
            period
            for period in periods.ending_in(month, indicator.frequency)
            if (indicator.pk, period.start) in self._readings or indicator.expects(period)
        ]

    def _measured(self, indicator, period, regime, shares):
        reading = self._readings.get((indicator.pk, period.start))
        standard = _standard(indicator, period, reading)
        by_points = regime.variant == Variant.POINTS
        if by_points and not standard.bands:
            return None
        if not by_points and indicator.pk not in shares:
            return None
        return Measured(
            name=indicator.called,
            label=period.label,
            value=reading.value if reading else None,
            standard=standard,
            unit=indicator.unit,
            excused=reading.is_excused if reading else False,
            before=self._before(indicator, period),
            share=shares.get(indicator.pk),
            note=_note(reading),
        )

    def _before(self, indicator, period):
        if indicator.frequency == periods.Frequency.ON_EVENT:
            return None  # one event is no repetition of another
        before = period.previous
        reading = self._readings.get((indicator.pk, before.start))
        if reading is None:
            return None
        standard = _standard(indicator, before, reading)
        return Before(before.label, reading.value, standard, reading.is_excused)


def _standard(indicator, period, reading):
    """What a reading was held against; what counts for the period, where there is none."""
    if reading and reading.definition:
        return reading.definition.standard_of(indicator)
    return indicator.standard_on(period.start)


def _note(reading):
    if reading is None:
        return "no reading has been logged"
    if reading.value is None:
        return reading.not_reported_reason
    return WAITING.get(reading.status, "")


def months_to_work_out(regimes, *, today, most):
    """From the first month of the first regime to the last that is over, but no more than the latest `most`."""
    if not regimes:
        return []
    last = rules.last_complete_month(today)
    first = max(rules.counts_from(regimes[0].from_on), rules.month_after(last, 1 - most))
    return rules.months_between(first, last)
