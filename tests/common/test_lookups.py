import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from common.lookups import LookupField
from suppliers.models import Supplier
from tests.factories import SupplierFactory


def field(found=(), near=()):
    return LookupField(
        model=Supplier, find=lambda text: list(found), suggest=lambda text: list(near),
        noun="supplier", offer_from=lambda: Supplier.objects.none(), required=False,
    )  # fmt: skip


def test_one_row_found_is_the_answer():
    supplier = Supplier(name="Acme Ltd")
    assert field([supplier]).clean("acme") is supplier


def test_an_empty_box_is_nobody():
    assert field().clean("  ") is None


@pytest.mark.parametrize(
    ("found", "near", "sentence"),
    [
        (["A", "B"], [], "More than one supplier fits “acme”: A; B. Enter one of them in full"),
        ([], ["Acme Ltd"], "No supplier is called “acme”. Did you mean Acme Ltd?"),
        ([], [], "No supplier is called “acme”"),
        (
            list("ABCDEFG"),
            [],
            "More than one supplier fits “acme”: A; B; C; D; E and others. Enter one of them in full",
        ),
    ],
)
def test_anything_else_says_what_there_is(found, near, sentence):
    rows = [Supplier(name=name) for name in found]
    with pytest.raises(ValidationError) as refused:
        field(rows, [Supplier(name=name) for name in near]).clean("acme")
    assert refused.value.messages == [sentence]


@pytest.mark.parametrize("text", ["a\x00b", "a" * 301])
def test_what_no_name_can_be_is_not_looked_up(text):
    """PostgreSQL breaks off at a NUL character."""
    looked_up = []
    box = field()
    box.find = looked_up.append
    with pytest.raises(ValidationError):
        box.clean(text)
    assert looked_up == []


@pytest.mark.django_db
@given(text=st.text(max_size=50))
def test_no_text_breaks_the_lookup_of_suppliers(text):
    from suppliers.lookups import find, suggest

    text = text.replace("\x00", "")
    list(find(text)), list(suggest(text))


@pytest.mark.django_db
def test_few_rows_are_offered_and_many_are_not(monkeypatch):
    from common import lookups
    from suppliers.lookups import SupplierField

    SupplierFactory.create_batch(3)
    shown = SupplierField(label="Supplier").widget.render("supplier", "", {"id": "id_supplier"})
    assert shown.count("<option") == 3
    monkeypatch.setattr(lookups, "MOST_OFFERED", 2)
    assert "<option" not in SupplierField(label="Supplier").widget.render("supplier", "", {})
