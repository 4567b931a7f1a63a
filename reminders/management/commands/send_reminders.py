from collections import Counter
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from reminders import actions, rules


class Command(BaseCommand):
    help = (
        "Notices what is due, puts it into digests and sends them: what Celery does every morning."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--date", help="Another day than today, YYYY-MM-DD, to see what would be sent then"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be noticed, and change nothing"
        )

    def handle(self, *args, **options):
        today = self._day(options["date"])
        if options["dry_run"]:
            self._foretell(today)
            return
        noticed, sent = actions.send_due(today=today)
        self.stdout.write(f"{today}: {noticed} new notices, {sent} digests sent.")

    def _day(self, text):
        if text is None:
            return timezone.localdate()
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise CommandError(f"{text!r} is not a date like 2027-03-31") from error

    def _foretell(self, today):
        people = Counter()
        for notices in actions.planned(today=today):
            names = User.objects.in_bulk({notice.recipient_id for notice in notices})
            for notice in actions.unwritten(notices):
                person = names[notice.recipient_id]
                people[person.pk] += 1
                what = rules.sentence(notice.rule.kind, notice.due_on, today)
                self.stdout.write(f"{person.email}: {notice.thing} {what} ({notice.why_in_words})")
        self.stdout.write(
            f"{today}: {people.total()} notices for {len(people)} people. Nothing was changed."
        )
