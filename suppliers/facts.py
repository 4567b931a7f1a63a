"""What rooms know about suppliers: columns of their list, figures and warnings on a supplier's page, and
what a group of companies comes to together.

    facts.register(facts.Fact("contracts", "Contracts as lead", contracts_of_suppliers, order=10))

What the reader may not see is not counted.

A trait is something that is true of some suppliers; inner rooms narrow their lists by it and base proposals on it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Exists, OuterRef, Q


def as_it_is(value: Any) -> Any:
    return value


def nothing(value: Any) -> str:
    return ""


@dataclass(frozen=True, eq=False)
class Fact:
    """`values(user, supplier_ids)` gives {supplier id: value} in one query. Facts that share the function name
    their `part` of what it gives, and it is asked once for all of them. A supplier that is not among the
    values has the `default`.

    `show(value)` is how it is written, `short(value)` how in large letters, `brief(value)` how in the narrow table of
    a group, `text(value)` how in a spreadsheet,
    `hint(value)` what stands beneath; `colour` names a colour of the figure, `url(supplier)` leads to the list behind it. `add` makes one value of
    those of a group's companies. With `alarm(value)`, a sentence, the fact is no figure but a warning, where
    there is something to warn of. `in_list` says whether the list shows it until the reader chooses, `in_group`
    whether the table of a group's companies does, `on_page` whether a supplier's own page does, and `always` whether
    also when there is nothing.
    """

    key: str
    label: str
    values: Callable[[Any, Sequence[int]], dict[int, Any]]
    default: Any = 0
    numeric: bool = True
    order: int = 50
    part: str = ""
    show: Callable[[Any], Any] = as_it_is
    short: Callable[[Any], Any] | None = None
    brief: Callable[[Any], Any] | None = None
    text: Callable[[Any], Any] | None = None
    hint: Callable[[Any], str] = nothing
    colour: Callable[[Any], str] = nothing
    url: Callable[[Any], str] | None = None
    add: Callable[[Sequence[Any]], Any] | None = None
    alarm: Callable[[Any], str] | None = None
    in_list: bool = True
    in_group: bool = True
    on_page: bool = True
    always: bool = True

    def figure(self, supplier: Any, value: Any) -> dict[str, Any]:
        """What `components/figure.html` wants."""
        number = (self.short or self.show)(value)
        return {
            "number": number,
            "label": self.label,
            "hint": self.hint(value),
            "colour": self.colour(value),
            "url": self.url(supplier) if self.url and value else "",
            "words": not self.numeric or not any(letter.isdigit() for letter in str(number)),
        }


_facts: dict[str, Fact] = {}


def register(fact: Fact) -> None:
    if fact.key in _facts:
        raise ImproperlyConfigured(f"Two facts about suppliers are called {fact.key!r}.")
    _facts[fact.key] = fact


def all_facts() -> list[Fact]:
    return sorted(_facts.values(), key=lambda fact: fact.order)


def on_page() -> list[Fact]:
    return [fact for fact in all_facts() if fact.on_page]


def ask(
    user: Any, supplier_ids: Sequence[int], asked: Sequence[Fact] | None = None
) -> dict[str, dict[int, Any]]:
    """{fact's key: {supplier id: value}} for every one of the suppliers; one query a function."""
    asked = all_facts() if asked is None else asked
    answers: dict[Any, dict[int, Any]] = {}
    for fact in asked:
        if fact.values not in answers:
            answers[fact.values] = fact.values(user, supplier_ids) if supplier_ids else {}
    return {fact.key: _of_each(fact, supplier_ids, answers[fact.values]) for fact in asked}


def _of_each(fact: Fact, supplier_ids: Sequence[int], answer: dict[int, Any]) -> dict[int, Any]:
    if not fact.part:
        return {pk: answer.get(pk, fact.default) for pk in supplier_ids}
    return {pk: answer.get(pk, {}).get(fact.part, fact.default) for pk in supplier_ids}


# --- Traits ---------------------------------------------------------------------------------------

Evidence = Callable[[Any], Sequence[Any]]
_traits: dict[str, Evidence] = {}


def trait(key: str) -> Callable[[Evidence], Evidence]:
    """Declare a trait: a function from a user to querysets of rows whose column `supplier` has it.

    With a user, only rows that they may see count. Without one all rows do, for a sweep or a decision; what comes
    of that is shown only to those who may see every contract.
    """

    def add(evidence: Evidence) -> Evidence:
        if key in _traits:
            raise ImproperlyConfigured(f"Two traits of suppliers are called {key!r}.")
        _traits[key] = evidence
        return evidence

    return add


def having(key: str, *, user: Any, path: str = "pk") -> Q:
    """The condition that a supplier has a trait. `path` leads to the supplier's id, from a queryset of something else.

    Each row is looked up by its index where there are few, and the database may read all at once where there are many.
    """
    evidence = _traits[key](user) if key in _traits else ()
    conditions = [Q(Exists(rows.filter(supplier=OuterRef(path)))) for rows in evidence]
    return reduce(or_, conditions) if conditions else Q(pk__in=())
