import django_filters as filters
from django.db.models import Q

from common import deadlines
from reminders.models import Digest

STATES = (("sent", "Sent"), ("waiting", "Waiting"), ("failed", "Failed"), ("withdrawn", "Not sent"))
UNFINISHED = ("queued", "sending")


class NoticeFilter(filters.FilterSet):
    """Narrows a list of notices that somebody may see."""

    q = filters.CharFilter(label="Words in the contract", method="by_words", max_length=200)
    kind = filters.ChoiceFilter(label="Kind", field_name="rule__kind", empty_label="All kinds")
    state = filters.ChoiceFilter(
        label="What happened", choices=STATES, method="by_state", empty_label="Anything"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.form.fields["kind"].choices = [
            ("", "All kinds"), *((kind.key, kind.label) for kind in deadlines.kinds())
        ]  # fmt: skip

    def by_words(self, notices, name, value):
        for word in value.split()[:8]:
            notices = notices.filter(Q(subject__icontains=word) | Q(title__icontains=word))
        return notices

    def by_state(self, notices, name, value):
        if value == "withdrawn":
            return notices.exclude(withdrawn="")
        state = Q(digest__state__in=UNFINISHED) | Q(digest=None)
        return notices.filter(state if value == "waiting" else Q(digest__state=value), withdrawn="")


class AllNoticesFilter(NoticeFilter):
    person = filters.CharFilter(label="Who was told", method="by_person", max_length=200)

    def by_person(self, notices, name, value):
        return notices.filter(
            Q(recipient__name__icontains=value) | Q(recipient__email__icontains=value)
        )


class DigestFilter(filters.FilterSet):
    person = filters.CharFilter(label="Person", method="by_person", max_length=200)
    state = filters.ChoiceFilter(label="State", choices=Digest.State, empty_label="Any state")

    def by_person(self, digests, name, value):
        return digests.filter(
            Q(recipient__name__icontains=value) | Q(recipient__email__icontains=value)
        )
