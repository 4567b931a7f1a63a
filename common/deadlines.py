"""Dates that somebody must meet, in any room.

A room declares a source; reminders, "what is due" lists and dashboards consume all of them and know none.

    @deadlines.source("contract-expiry", "Contract ends")
    def expiries(scope, start, end):
        for contract in Contract.objects.not_ended().within(scope).filter(ends_on__range=(start, end)):
            yield deadlines.Deadline(key=f"contract-expiry:{contract.pk}", due_on=contract.ends_on, ...)

A source makes a number of queries that does not grow with the register.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone

from common import composed


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date that somebody must meet.

    `key` names the thing that is due (not the date), so that a changed date is the same deadline
    on another day. `responsible` holds ids of people, the one who acts first.
    """

    key: str
    due_on: date
    title: str
    subject: str
    url: str
    responsible: tuple[int, ...] = ()
    contract_id: int | None = None
    unit_id: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of the register a source looks through.

    Without a user: all of it, or the share of contracts whose ids lie in `share`, for a sweep.
    With a user: what they may see, what they manage (`mine`), or what they answer for (`overseen`).
    `contracts` are the ids of those that lie in it, where somebody has looked them up already: every source
    would else look for them again.
    """

    user: Any = None
    capacity: Literal["visible", "mine", "overseen"] = "visible"
    share: tuple[int, int] | None = None
    contracts: tuple[int, ...] | None = None
    answers: Mapping[Any, Iterable[Any]] = field(default_factory=dict, compare=False, repr=False)


Asked = Callable[[Scope, date, date], Any]
Source = Callable[[Scope, date, date], Iterable[Deadline]]


@dataclass(frozen=True)
class Kind:
    """`many` ("obligations due") and `many_url(contract id)` belong to a kind of which one contract may
    have dozens: a page about all of somebody's dates then shows those of a contract as one line.
    `needs` is the permission for the whole organisation that it takes to be told of these dates: for dates that
    hang on no contract. It is empty where whoever sees the contract may know.
    `discreet` stands in a message in place of what is due and of whom, for dates that are confidential: mail is read
    by more people than the register.
    `asked` is the question to which the source gets its rows from `kept_rows`, if it has one: a page that looks at many
    kinds asks them together."""

    key: str
    label: str
    source: Source = field(repr=False)
    many: str = ""
    many_url: Callable[[int], str] | None = field(default=None, repr=False)
    needs: str = ""
    discreet: str = ""
    asked: Asked | None = field(default=None, repr=False)


_kinds: dict[str, Kind] = {}


def source(
    key: str,
    label: str,
    *,
    many: str = "",
    many_url: Callable[[int], str] | None = None,
    needs: str = "",
    discreet: str = "",
    asked: Asked | None = None,
) -> Callable[[Source], Source]:
    """Declare a source of deadlines of one kind. `needs` is for dates that hang on no contract, `discreet` for
    those that are confidential, `asked` for a page that asks for many kinds (see `Kind`)."""

    def add(function: Source) -> Source:
        if key in _kinds:
            raise ImproperlyConfigured(f"Two kinds of deadline are called {key!r}.")
        _kinds[key] = Kind(key, label, function, many, many_url, needs, discreet, asked)
        return function

    return add


def kinds() -> list[Kind]:
    return list(_kinds.values())


def kind(key: str) -> Kind | None:
    return _kinds.get(key)


def within(
    scope: Scope, start: date, end: date, *, only: Iterable[str] | None = None
) -> Iterator[Deadline]:
    """Every deadline from start to end, both included, in no particular order.

    A share is one of contracts: what hangs on none lies in no share.
    """
    wanted = _kinds.keys() if only is None else set(only)
    kinds = [k for k in _kinds.values() if k.key in wanted and not (scope.share and k.needs)]
    scope = _answered(scope, [kind.asked for kind in kinds if kind.asked], start, end)
    for kind in kinds:
        for deadline in kind.source(scope, start, end):
            yield replace(deadline, kind=kind.key)


def _answered(scope: Scope, asked: list[Asked], start: date, end: date) -> Scope:
    """The scope with the answers to these questions, in one query."""
    if len(asked) < 2 or not _is_kept(scope):
        return scope
    answers = _bundle(tuple(asked), start, end, timezone.localdate()).ask(*scope.contracts or ())
    keys = [(one, start, end) for one in asked]
    return replace(scope, answers=dict(zip(keys, answers, strict=True)))


def rows(found: Any, scope: Scope) -> Iterable[Any]:
    """The rows of a queryset: of the whole register bit by bit, of somebody's part of it at once."""
    return found if scope.user else found.iterator(chunk_size=2000)


def kept_rows(asked: Asked, scope: Scope, start: date, end: date) -> Iterable[Any]:
    """The rows of the tuples that `asked(scope, start, end)` asks for.

    Of contracts that are known already the question is composed once for everybody: `asked` depends on nothing
    but which contracts lie in the scope, the two days and today.
    """
    if (asked, start, end) in scope.answers:
        return scope.answers[asked, start, end]
    if not _is_kept(scope):
        return rows(asked(scope, start, end), scope)
    return _question(asked, start, end, timezone.localdate()).ask(*scope.contracts or ())


def _is_kept(scope: Scope) -> bool:
    # SQLite gives days as texts, which only a queryset makes days again.
    return scope.contracts is not None and connection.vendor == "postgresql"


@lru_cache(maxsize=128)
def _question(asked: Asked, start: date, end: date, today: date) -> composed.Question:
    return composed.Question.of(asked(_ANY, start, end))


@lru_cache(maxsize=16)
def _bundle(asked: tuple[Asked, ...], start: date, end: date, today: date) -> composed.Bundle:
    return composed.Bundle.of([one(_ANY, start, end) for one in asked])


_ANY = Scope(contracts=(composed.ANY,))


def needs(key: str) -> str:
    """The permission that it takes to be told of dates that hang on no contract; empty for those that do."""
    return _kinds[key].needs if key in _kinds else ""


def discreet(key: str) -> str:
    """What a message says in place of what is due and of whom; empty where it may name them."""
    return _kinds[key].discreet if key in _kinds else ""


def label(key: str) -> str:
    """What a kind is called; a kind whose room is gone keeps its key."""
    return _kinds[key].label if key in _kinds else key
