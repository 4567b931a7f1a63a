from collections import defaultdict

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from contracts.models import Contract
from contracts.terms.clocks import HOLIDAYS_IN_A_YEAR


class OfContracts(QuerySet):
    """Access goes by the contract."""

    def visible_to(self, user):
        return self.filter(contract__in=Contract.objects.visible_to(user))

    def editable_by(self, user):
        return self.filter(contract__in=Contract.objects.editable_by(user))


class ExtensionOptionQuerySet(OfContracts):
    def open(self):
        return self.filter(state="available")

    def next_to_decide(self):
        """Of each contract the first option that is open; those after it wait for it."""
        earlier = self.model.objects.open().filter(
            contract=OuterRef("contract"), number__lt=OuterRef("number")
        )
        return self.open().filter(~Exists(earlier))

    def past_notice(self, today):
        return self.next_to_decide().filter(notice_on__lt=today)


class BreakDateQuerySet(OfContracts):
    def open(self):
        return self.filter(state="open")

    def for_us(self):
        """Those that we may use, and must give notice of."""
        return self.exclude(who="supplier")

    def past_notice(self, today):
        return self.open().for_us().filter(notice_on__lt=today)


class NoticeClockQuerySet(OfContracts):
    def unsettled(self):
        """With a last day of which nothing has been recorded yet."""
        return self.filter(due_on__isnull=False).filter(
            Q(outcome_for_on=None) | ~Q(outcome_for_on=F("due_on"))
        )

    def needing_holidays(self):
        """Counted in working days, or served by post."""
        return self.filter(Q(by_post=True) | Q(unit="working_days"))

    def missed(self, today):
        return self.unsettled().filter(due_on__lt=today)


class BankHolidayQuerySet(QuerySet):
    def by_day(self, nation):
        """{day: name} of a nation's bank holidays."""
        return dict(self.filter(nation=nation).order_by("on").values_list("on", "name"))

    def known_until(self):
        """The last year whose bank holidays are here for every nation; 0 when there is none."""
        years = self.values_list("nation", "on__year").annotate(number=Count("pk")).order_by()
        known = defaultdict(int)
        for nation, year, number in years:
            if number >= HOLIDAYS_IN_A_YEAR:
                known[nation] = max(known[nation], year)
        nations = self.model._meta.get_field("nation").choices
        return min(known[nation] for nation, _ in nations)
