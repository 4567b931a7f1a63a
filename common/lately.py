"""What a list found out a moment ago, for as long as nothing has happened to it."""

import re
from functools import cache, cached_property
from hashlib import blake2b

from django.core.cache import caches
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Aggregate, BigIntegerField, Count

# Two people who save in the same instant may commit against the order of their numbers, and something
# may be written without history: nothing is believed for longer than this.
SECONDS = 10
_TABLES = re.compile(r'(?:FROM|JOIN) "(\w+)"')


class Lately:
    """How many rows a queryset has, and other answers about it, kept for some seconds in this process.

    They are kept under the statement itself with its parameters, in which the reader's scope, the filters
    and the day stand, so that nobody is told what another may see. They hold while the newest line of
    history is the same for every model that the statement reads, so that a change is seen at once. Of a
    statement that reads anything but `models`, whose every change their history tells, nothing is kept.
    """

    def __init__(self, queryset, models):
        self._queryset = queryset.order_by()
        self._statement = self._statement_if_told_by(models) if models else None

    def _statement_if_told_by(self, models):
        try:
            statement = self._queryset.values("pk").query.sql_with_params()
        except EmptyResultSet:
            return None
        told = {model._meta.db_table: model for model in models}
        read = sorted(set(_TABLES.findall(statement[0])))
        if not told.keys() >= set(read):
            return None
        self._newest_lines = [_newest_line(told[table]) for table in read]
        return statement

    @property
    def count(self):
        return self._known[1]

    def recall(self, question):
        """The answer that was kept, or None. `question` is all it depends on beside the queryset."""
        return self._near.get(self._key(question)) if self._statement else None

    def keep(self, question, answer):
        if self._statement:
            self._near.set(self._key(question), answer, SECONDS)

    @property
    def _near(self):
        return caches["process"]

    def _key(self, question):
        return _digest(self._statement, self._known[0], question)

    @cached_property
    def _known(self):
        """(the numbers of the newest lines of history, how many rows there were then)"""
        if not self._statement:
            return (), self._queryset.count()
        key = _digest(self._statement)
        known = self._near.get(key)
        if known is None or known[0] != self._ask_newest():
            known = self._ask_both()
            self._near.set(key, known, SECONDS)
        return known

    def _ask_newest(self):
        with connections[self._queryset.db].cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(self._newest_lines)}")
            return cursor.fetchone()

    def _ask_both(self):
        """In one statement, so that both are of the same instant."""
        newest = {
            f"newest_{number}": _Beside("pk", template=line, output_field=BigIntegerField())
            for number, line in enumerate(self._newest_lines)
        }
        found = self._queryset.aggregate(count=Count("*"), **newest)
        count = found.pop("count")
        return tuple(found.values()), count


class _Beside(Aggregate):
    """Something that is asked beside the aggregates of a statement, but has nothing to do with its rows."""


@cache
def _newest_line(model):
    table = model.history.model._meta.db_table
    return f'(SELECT MAX(history_id) FROM "{table}")'  # noqa: S608 - a table of ours


def _digest(*parts):
    return blake2b(repr(parts).encode(), digest_size=20).hexdigest()
