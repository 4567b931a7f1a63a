import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.rules import bare_name, clean_company_number, normalise_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ACME Limited", "Acme Ltd."),
        ("Smith & Sons Ltd", "SMITH AND SONS LIMITED"),
        ("St John's Care CIC", "St Johns Care Community Interest Company"),
        ("Café Öl plc", "cafe ol PLC"),
        ("  Two   Words  ", "two words"),
        ("T. H. White Limited (t/a Palfinger UK)", "T H White Ltd trading as Palfinger UK"),
    ],
)
def test_spellings_of_one_name_are_equal(one, other):
    assert normalise_name(one) == normalise_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Acme Ltd", "Acme plc"), ("Acme Ltd", "Acme"), ("Acme North Ltd", "Acme Ltd")],
)
def test_different_bodies_are_never_taken_for_one(one, other):
    assert normalise_name(one) != normalise_name(other)


def test_names_that_differ_only_in_legal_form_are_near():
    assert bare_name("Acme Limited") == bare_name("Acme plc") == bare_name("ACME")


@given(st.text(max_size=80))
def test_normalising_twice_changes_nothing(name):
    assert normalise_name(normalise_name(name)) == normalise_name(name)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("", ""),
        ("445790", "00445790"),
        ("01234567", "01234567"),
        ("sc 123456", "SC123456"),
        ("IP12345R", "IP12345R"),
    ],
)
def test_company_numbers_are_written_as_the_register_writes_them(typed, number):
    assert clean_company_number(typed) == number


@pytest.mark.parametrize("typed", ["12", "ABC", "123456789", "GB 123 4567 89", "n/a"])
def test_what_is_no_company_number_is_refused(typed):
    with pytest.raises(ValueError, match="8 characters"):
        clean_company_number(typed)
