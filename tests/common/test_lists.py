import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.lists import Column, ListPage
from suppliers.models import Supplier
from tests.factories import SupplierFactory

pytestmark = pytest.mark.django_db

COLUMNS = (
    Column("name", "Supplier", "name", sort="name", optional=False),
    Column("company_number", "Company number", "company_number"),
    Column("notes", "Notes", "notes", default=False),
)


def page_of(rf, **query):
    return ListPage(
        rf.get("/", query), queryset=Supplier.objects.all(), columns=COLUMNS, sort="name"
    )


def names(page):
    return [line["name"] for line in page.lines]


@pytest.fixture
def seventy():
    for n in range(70):
        SupplierFactory(name=f"{n % 7} firm {n:02d}")
    return sorted(Supplier.objects.values_list("name", flat=True))


@pytest.mark.parametrize("sort", ["name", "-name"])
def test_all_pages_together_hold_every_row_once_and_in_order(rf, seventy, sort):
    found = [name for n in (1, 2, 3) for name in names(page_of(rf, sort=sort, page=n))]
    assert found == (seventy if sort == "name" else seventy[::-1])


def test_rows_with_equal_values_do_not_move_between_pages(rf):
    SupplierFactory.create_batch(60, name="Same Ltd")
    found = [line["pk"] for n in (1, 2, 3) for line in page_of(rf, page=n).lines]
    assert len(set(found)) == 60


def test_an_empty_list_is_one_empty_page(rf):
    page = page_of(rf, page=7)
    assert (page.number, page.num_pages, page.count, page.lines) == (1, 1, 0, [])


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, ["name", "company_number"]),
        ({"columns": ["notes"]}, ["name", "notes"]),
        ({"columns": ["nonsense"]}, ["name", "company_number"]),
    ],
)
def test_columns_shown(rf, query, shown):
    assert [c.key for c in page_of(rf, **query).columns] == shown


def test_links_keep_what_was_asked_and_leave_out_the_page(rf, seventy):
    page = page_of(rf, sort="-name", per_page=25, page=2)
    assert page.next_url == "?sort=-name&per_page=25&page=3"
    assert page.csv_url == "?sort=-name&per_page=25&export=csv"
    heading = next(page.headings)
    assert (heading["direction"], heading["url"]) == ("descending", "?per_page=25&sort=name")


def test_gaps_in_the_page_numbers(rf):
    SupplierFactory.create_batch(260)
    assert [link.get("number") for link in page_of(rf, page=6).links] == [
        1,
        None,
        5,
        6,
        7,
        None,
        11,
    ]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    query=st.dictionaries(
        st.sampled_from(["page", "per_page", "sort", "columns", "export"]),
        st.text(max_size=20) | st.integers().map(str),
    )
)
def test_no_question_breaks_a_list(rf, query):
    page = page_of(rf, **query)
    assert page.number == 1
    assert page.lines == []
    assert page.links
