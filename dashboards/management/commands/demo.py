"""`manage.py demo`: Northmere Council, a fictional one, dated from today."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import demo as people
from dashboards import demo


class Command(BaseCommand):
    help = "Fill an empty register with a fictional council, so that there is something to look at."

    def add_arguments(self, parser):
        parser.add_argument(
            "--sign-ins", action="store_true", help="print who can sign in, and how"
        )
        parser.add_argument(
            "--scale", type=int, metavar="N", help="make N contracts instead, for measuring"
        )
        parser.add_argument(
            "--readings",
            action="store_true",
            help="with --scale: KPIs with two years of readings, and obligations with a year of them, too",
        )
        parser.add_argument(
            "--force", action="store_true",
            help="in production too, although everybody knows the password of these people",
        )  # fmt: skip

    def handle(self, *, sign_ins, scale, readings, force, **options):
        if sign_ins:
            self._print_sign_ins()
            return
        if settings.PRODUCTION and not force:
            raise CommandError(
                "The demonstration's password is known to everybody, so it stays out of production. "
                "Use --force if this register holds nothing real."
            )
        if demo.is_there_data():
            self.stdout.write("There is data here already, so nothing was changed.")
            return
        today = timezone.localdate()
        if scale:
            demo.build_scaled(today, number=scale, readings=readings)
            self.stdout.write(f"A register of {scale:,} contracts is here.")
            return
        contracts = demo.build(today)
        self.stdout.write(f"Northmere Council is here, with {len(contracts)} contracts.")

    def _print_sign_ins(self):
        shown = people.sign_ins()
        if not shown:
            self.stdout.write("The demonstration is not loaded here: run `manage.py demo` first.")
            return
        width = max(len(email) for email, _ in shown)
        self.stdout.write("Demo sign-ins:")
        for email, words in shown:
            self.stdout.write(f"  {email:<{width}}  {words}")
        self.stdout.write(f"  The password is {people.PASSWORD} for all of them.")
