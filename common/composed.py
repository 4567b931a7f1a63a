"""Questions that are asked of one row after another: composed once, planned once, and then only sent."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from hashlib import blake2b
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections
from django.db.models import DateField, DateTimeField

# Stands for the row in the question, which is the same for all; no id is below zero.
ANY = -9_182_736_455

# {connection: the statements that the server keeps for it}; a connection that is closed takes them along.
_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Question:
    """A statement about the row `ANY`, or the rows `[ANY]`. To compose the SQL of a large page, and to plan it, costs many times
    what it costs to answer: whoever asks it often keeps it, for a day at most where it depends on the date."""

    alias: str
    sql: str
    params: tuple[Any, ...]

    @classmethod
    def of(cls, queryset):
        sql, params = queryset.query.sql_with_params()
        return cls(queryset.db, sql, tuple(params))

    def ask(self, *ids):
        """The rows of the answer for the rows of these ids, as the database gives them."""
        if not ids:
            return []
        connection = connections[self.alias]
        with connection.cursor() as cursor:
            if _keeps_statements(connection):
                self._prepare_once(connection)
                cursor.execute(f"EXECUTE {self._name} (%s)", [list(ids)])
            else:
                cursor.execute(*self._spread_over(ids))
            return cursor.fetchall()

    def _spread_over(self, ids):
        """The statement with its parameters, with a place for each id."""
        params = [one for p in self.params for one in (ids if p == ANY else (p,))]
        return self._with_ids(f"IN ({', '.join(['%s'] * len(ids))})"), params

    def _with_ids(self, condition):
        marked = self.sql.replace("%%", "%%%%")
        marked %= tuple("ANY_ROW" if p == ANY else "%s" for p in self.params)
        return marked.replace("IN (ANY_ROW)", condition).replace("= ANY_ROW", condition)

    def _prepare_once(self, connection):
        """Part of setting a connection up, and not a query of the page that happens to be the first."""
        server = connection.connection
        names = _prepared.setdefault(server, set())
        if self._name in names:
            return
        others = [p for p in self.params if p != ANY]
        with connection.wrap_database_errors, server.cursor() as cursor:
            # Everything but the rows is written out, so that the plan made for any is as good as one for these.
            statement = cursor.mogrify(self._with_ids("= ANY ($1)"), others).decode()
            cursor.execute(f"PREPARE {self._name} (bigint[]) AS {statement}")
        names.add(self._name)

    @cached_property
    def _name(self):
        return (
            f"asked_{blake2b(repr((self.sql, self.params)).encode(), digest_size=12).hexdigest()}"
        )


@dataclass(frozen=True)
class Bundle:
    """Several questions about the same rows in one statement, for PostgreSQL: most of what a short question costs is to go
    there and back. The rows travel as JSON, and are given back as a queryset's `values_list` would give them."""

    question: Question
    readers: tuple[tuple[Any, ...], ...]

    @classmethod
    def of(cls, querysets):
        asked = [Question.of(queryset) for queryset in querysets]
        parts = (
            f"SELECT {number} AS asked, row_to_json(told)::text AS told FROM ({one.sql}) told"  # noqa: S608 - of the ORM
            for number, one in enumerate(asked)
        )
        params = tuple(param for one in asked for param in one.params)
        question = Question(asked[0].alias, " UNION ALL ".join(parts), params)
        return cls(question, tuple(_readers(queryset) for queryset in querysets))

    def ask(self, *ids):
        """The rows of the answer to each of the questions."""
        answers: list[list[tuple[Any, ...]]] = [[] for _ in self.readers]
        for number, told in self.question.ask(*ids):
            values = json.loads(told, parse_float=Decimal).values()
            answers[number].append(
                tuple(
                    read(value) if read and value is not None else value
                    for read, value in zip(self.readers[number], values, strict=True)
                )
            )
        return answers


def _readers(queryset):
    """For each column of a queryset, what makes of its JSON what it was."""
    compiler = queryset.query.get_compiler(queryset.db)
    compiler.setup_query()
    fields = (column.output_field for column, _, _ in compiler.select)
    # A moment is a day as well, to `isinstance`.
    readers = ((DateTimeField, datetime.fromisoformat), (DateField, date.fromisoformat))
    return tuple(
        next((read for kind, read in readers if isinstance(field, kind)), None) for field in fields
    )


def _keeps_statements(connection):
    """Behind a pooler, which Django is told of by this setting, the next statement may go to another server process."""
    return connection.vendor == "postgresql" and not connection.settings_dict.get(
        "DISABLE_SERVER_SIDE_CURSORS"
    )


def joined(querysets):
    """One queryset with the rows of all of them. They have the same columns and no order."""
    first, *others = querysets
    return first.union(*others, all=True) if others else first
