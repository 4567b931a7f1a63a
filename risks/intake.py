"""Risks from a spreadsheet: of one contract, or of many at once for who may change all of them. Each row goes through
the form that people type into; a row that names a contract and a number, or a title, that is there changes it."""

import re
from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.permissions import Permission
from common import locking
from common.history import Taken
from common.intake import judging, kinds
from common.spreadsheets import values
from common.spreadsheets.mapping import target
from contracts.models import Contract
from risks import actions, rules
from risks.forms import LEVELS, RiskForm
from risks.models import Category, Matrix, Risk
from risks.rules import State

ALL_CONTRACTS = 0
TARGETS = (
    target("contract", "Contract reference", "Which risk", "contract reference, contract ref, contract, contract number, contract no"),
    target("reference", "Number", "Which risk",
           "number, no, ref, reference, id, risk id, risk no, risk number, risk ref, risk reference"),
    target("title", "Risk", "Which risk", "risk, title, name, risk title, in one line, summary, risk description, issue, opportunity"),
    target("kind", "Kind", "What it is", "kind, type, risk or issue, risk type"),
    target("cause", "Cause", "What it is", "cause, because of, risk cause, source, root cause"),
    target("event", "What may happen", "What it is", "what may happen, event, description, risk event, details"),
    target("effect", "Effect", "What it is", "effect, consequence, impact description, consequences, result"),
    target("category", "Category", "What it is", "category, risk category, area, theme"),
    target("happened_on", "Happened on", "What it is", "happened on, date of issue, issue date, occurred on"),
    target("likelihood", "Likelihood", "How serious it is",
           "likelihood, probability, current likelihood, residual likelihood, how likely"),
    target("impact", "Impact", "How serious it is", "impact, severity, current impact, residual impact, how serious"),
    target("inherent_likelihood", "Likelihood, with nothing done", "How serious it is",
           "likelihood with nothing done, inherent likelihood, gross likelihood"),
    target("inherent_impact", "Impact, with nothing done", "How serious it is",
           "impact with nothing done, inherent impact, gross impact"),
    target("target_likelihood", "Target likelihood", "How serious it is", "target likelihood"),
    target("target_impact", "Target impact", "How serious it is", "target impact"),
    target("proximity", "When it would happen", "How serious it is", "when it would happen, proximity"),
    target("response", "Response", "What we do about it", "response, treatment, risk response, strategy, approach"),
    target("owner", "Owner", "What we do about it",
           "owner, risk owner, owner e mail, owner email, owners e mail, responsible, risk manager, assigned to"),
    target("is_shared", "Shared with the supplier", "What we do about it", "shared with the supplier, shared, shared with supplier"),
    target("review_on", "Next review", "What we do about it", "next review, review date, review on, date of next review, review due"),
    target("standing", "How it stands", "What we do about it", "how it stands, status, state"),
)  # fmt: skip


class About:
    """What the rows of a file belong to, with what is looked up once for all of them."""

    def __init__(self, user, contract, today):
        self.user, self.contract, self.today = user, contract, today
        self._contracts, self._rows = {}, {}

    def __str__(self):
        return str(self.contract) if self.contract else "All contracts"

    @cached_property
    def matrix(self):
        return Matrix.current()

    @cached_property
    def categories(self):
        return {c.name.casefold(): c for c in Category.objects.filter(is_used=True)}

    def contract_of(self, reference):
        """The contract with this reference, among those that this file may change; None if there is none."""
        text = " ".join((reference or "").split())
        if self.contract:
            return self.contract if text.casefold() in ("", self.contract.reference.casefold()) else None  # fmt: skip
        if "\0" in text or len(text) > 200:
            return None
        if text not in self._contracts:
            found = Contract.objects.editable_by(self.user).filter(reference__iexact=text)
            self._contracts[text] = found.first() if text else None
        return self._contracts[text]

    def rows(self, contract_pk):
        """What runs in a contract's register, by each name that a row may give it."""
        if contract_pk not in self._rows:
            named = {}
            for risk in _with_all(Risk.objects.running().filter(contract=contract_pk)):
                for name in (_by_number(risk.reference), _by_title(risk.title)):
                    if name:
                        named[name] = judging.AMBIGUOUS if name in named else risk
            self._rows[contract_pk] = named
        return self._rows[contract_pk]


def _with_all(risks):
    return risks.select_related("contract", "category", "owner")


def _plain(text):
    return " ".join((text or "").casefold().split())


def _by_number(reference):
    return f"number {_plain(reference)}" if _plain(reference) else ""


def _by_title(title):
    return f"title {_plain(title)}" if _plain(title) else ""


class Known:
    """The rows that are there, looked up contract by contract: a register of many has too many to read them all."""

    def __init__(self, about):
        self.about = about

    def get(self, name):
        pk, _, rest = name.partition(" ")
        return self.about.rows(int(pk)).get(rest) if rest else None

    def __contains__(self, name):
        return self.get(name) is not None


class ContractField(forms.CharField):
    """A contract by its reference."""

    def __init__(self, about, **options):
        super().__init__(max_length=200, **options)
        self.about = about

    def clean(self, value):
        contract = self.about.contract_of(super().clean(value))
        if contract is not None:
            return contract
        if self.about.contract:
            raise ValidationError(f"“{value[:60]}” is another contract: this file is for {self.about.contract.reference}")  # fmt: skip
        raise ValidationError(f"No contract has the reference “{value[:60]}”")


class RowForm(RiskForm):
    """One row of the file."""

    standing = forms.ChoiceField(
        label="How it stands", choices=[("", ""), *State.choices()], required=False
    )

    def __init__(self, *args, about, contract, **kwargs):
        super().__init__(*args, contract=contract, matrix=about.matrix, today=about.today, **kwargs)
        self.fields["contract"] = ContractField(
            about, label="Contract reference",
            error_messages={"required": "Say of which contract: risks of suppliers and of the organisation are not imported"},
        )  # fmt: skip
        self.initial["contract"] = contract.reference if contract else ""
        self.fields["category"].read_cell = partial(_read_category, about)
        for name, words in LEVELS.items():
            if name in self.fields:
                self.fields[name].read_cell = partial(_read_level, getattr(about.matrix, words))

    def clean_owner(self):
        # Without a contract that is known its row is wrong already.
        return super().clean_owner() if self.contract else self.cleaned_data["owner"]

    def clean_standing(self):
        if self.cleaned_data["standing"] in rules.OVER:
            raise ValidationError(
                "What is over is not imported: leave this row out" if self.instance.pk is None
                else "It is open here: close it on its page, and leave this row out"
            )  # fmt: skip
        return self.cleaned_data["standing"]


def _read_level(words, cell):
    """`4`, `Likely`, or both as a page shows them."""
    text = values.text(cell)
    found = re.fullmatch(r"([1-5])(\.0+)?(\s*[-–:]?\s+\D+)?", text.strip())
    if found:
        return found[1]
    levels = {word.casefold(): level for level, word in zip(rules.LEVELS, words, strict=True)}
    if level := levels.get(_plain(text)):
        return str(level)
    raise values.NotUnderstood(f"“{text[:60]}” is no level. Write 1 to 5, or one of: {', '.join(words)}")  # fmt: skip


def _read_category(about, cell):
    text = values.text(cell)
    category = about.categories.get(_plain(text))
    if category is None:
        names = ", ".join(c.name for c in about.categories.values())
        raise values.NotUnderstood(f"“{text[:60]}” is no category. Write one of: {names}")
    return str(category.pk)


def find(user, contract_pk):
    today = timezone.localdate()
    if contract_pk == ALL_CONTRACTS:
        # Whoever may open a file of many contracts reads all of its rows.
        if not user.may(Permission.EDIT_CONTRACTS):
            raise Http404
        return About(user, None, today)
    contract = get_object_or_404(Contract.objects.editable_by(user), pk=contract_pk)
    return About(user, contract, today)


def there(about):
    running = Risk.objects.running()
    if about.contract:
        return _with_all(running.filter(contract=about.contract))
    return _with_all(running.filter(contract__isnull=False))


def form(about, user, data=None, instance=None):
    if instance is not None:
        contract = instance.contract
    else:
        contract = about.contract_of(data.get("contract")) if data else about.contract
    return RowForm(data, instance=instance, about=about, contract=contract)


def name(about, texts):
    """`<contract's id> number <number>` or, where the row gives none, `<contract's id> title <title>`."""
    contract = about.contract_of(texts.get("contract"))
    named = _by_number(texts.get("reference")) or _by_title(texts.get("title"))
    return f"{contract.pk} {named}" if contract and named else ""


def shown(about, texts):
    parts = [texts.get("contract") if about.contract is None else "", texts.get("reference"), texts.get("title")]  # fmt: skip
    return " ".join(part for part in parts if part)


def save(bound, about, by, reason):
    try:
        if bound.instance.pk is None:
            return actions.raise_risk(
                contract=bound.contract, by=by, today=about.today, accepted=True, reason=reason, **bound.values
            )  # fmt: skip
        return actions.change(
            risk=bound.instance, by=by, today=about.today, reason=reason,
            version=bound.cleaned_data["version"], **bound.values,
        )  # fmt: skip
    except (Taken, locking.Conflict, actions.Refused) as problem:
        raise ValueError("Somebody has changed this risk meanwhile") from problem


def back(about):
    return (
        reverse("risks:contract", args=[about.contract.pk])
        if about.contract
        else reverse("risks:list")
    )


def crumbs(about):
    if about.contract is None:
        return (("Register of risks", back(about)),)
    return (
        ("Contracts", reverse("contracts:list")),
        (about.contract.reference, about.contract.get_absolute_url()),
        ("Risks", back(about)),
    )


kinds.register(kinds.Kind(
    key="risks", noun="risk", nouns="risks", targets=TARGETS, required=("title",),
    identity=("contract", "reference", "title"), by=kinds.By(name, Known, shown, words="number or title"),
    find=find, there=there, form=form, save=save, back=back, crumbs=crumbs,
    words={
        "kind": {"threat": "risk", "benefit": "opportunity"},
        "standing": {"active": "open", "live": "open", "done": "closed", "resolved": "closed"},
        "response": {"accept": "tolerate", "reduce": "treat", "mitigate": "treat", "share": "transfer", "avoid": "terminate",
                     "exploit": "take"},
    },
))  # fmt: skip
