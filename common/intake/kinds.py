"""What can come in from a spreadsheet. A room registers a kind from its `hooks.py`:

kinds.register(kinds.Kind(
    key="kpis", noun="KPI", nouns="KPIs", targets=TARGETS, required=("name",), identity=("name",),
    find=lambda user, pk: get_object_or_404(Contract.objects.editable_by(user), pk=pk),
    there=lambda contract: contract.indicators.in_use(),
    form=lambda contract, user, **kwargs: IndicatorForm(contract=contract, **kwargs),
    save=save_kpi, back=..., crumbs=...,
))
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from common.spreadsheets.mapping import Target, meanings, normalise


@dataclass(frozen=True)
class By:
    """How rows are known that no single cell names, such as a reading by its KPI and its period.

    `name(about, texts)` is the name of a row of the file, empty if it says none; `known(about)` gives what is there
    by that name; `shown(about, texts)` is what the preview calls the row. `words` say what names a row, where it is not
    all of the identity.
    """

    name: Callable[[Any, Mapping[str, str]], str]
    known: Callable[[Any], Mapping[str, Any]]
    shown: Callable[[Any, Mapping[str, str]], str]
    words: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of row, and the doors of its room that a row goes through.

    `find(user, pk)` gives what the rows belong to, or raises Http404 for whoever may not change it.
    `there(about)` gives the rows that are there already; a row of the file whose `identity` (the first of
    these targets that it fills) is that of one of them changes it. `identity` names attributes of the rows too.
    `form(about, user, data=, instance=)` is the very form that people type into, and `save(form, about, by,
    reason)` the very action: it may raise ValueError with a sentence. `fill` gives a new row what its cells leave
    open: {target: function(about, those given so far)}. `words` are further words for choices: {target: {word: choice}}. `back(about)` is the page to
    return to, `crumbs(about)` the (label, address) pairs that lead there. `by` is for rows that no single cell names.
    """

    key: str
    noun: str
    nouns: str
    targets: Sequence[Target]
    required: Sequence[str]
    identity: Sequence[str]
    find: Callable[[Any, int], Any]
    there: Callable[[Any], Iterable[Any]]
    form: Callable[..., Any]
    save: Callable[[Any, Any, Any, str], Any]
    back: Callable[[Any], str]
    crumbs: Callable[[Any], Sequence[tuple[str, str]]]
    fill: Mapping[str, Callable[[Any, Sequence[str]], str]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    by: "By | None" = None

    @property
    def title(self) -> str:
        return f"Import {self.nouns}"

    @property
    def identity_words(self) -> str:
        """`number or title`: what a row is known by; `KPI and period` where it takes both to name one."""
        if self.by and self.by.words:
            return self.by.words
        labels = {target.key: target.label.split(" (")[0] for target in self.targets}
        words = [labels[key] for key in self.identity]
        return (" and " if self.by else " or ").join(w if w.isupper() else w.lower() for w in words)

    def is_known_heading(self, heading: str) -> bool:
        return normalise(heading) in meanings(self.targets)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    if kind.key in _kinds:
        raise ImproperlyConfigured(f"Two kinds of intake are called {kind.key!r}.")
    _kinds[kind.key] = kind


def get(key: str) -> Kind | None:
    return _kinds.get(key)
