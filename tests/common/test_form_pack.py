"""Forms say what is wrong in plain words, and pages made of our parts work for everybody."""

import datetime
import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from crispy_forms.layout import Fieldset, Layout
from crispy_forms.utils import render_crispy_form
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from common.forms import DateField, Form, ModelForm, MoneyField
from common.templatetags import steward
from common.templatetags.govuk_forms import error_summary
from common.widgets import DateInput
from tests.common.pages import EveryField

MARCH_27 = datetime.date(2027, 3, 27)


def problem(field, value):
    with pytest.raises(ValidationError) as caught:
        field.clean(value)
    return caught.value.messages


class TestDateField:
    field = DateField(label="End date")

    @pytest.mark.parametrize("month", ["3", "03", "March", "mar", "MAR.", " march "])
    def test_the_month_is_a_number_or_a_name(self, month):
        assert self.field.clean(["27", month, "2027"]) == MARCH_27

    @pytest.mark.parametrize(
        "written", ["27/03/2027", "2027-03-27", "27 March 2027", "27.03.2027", MARCH_27]
    )
    def test_a_whole_date_is_understood_as_a_spreadsheet_has_it(self, written):
        assert self.field.clean(written) == MARCH_27

    @pytest.mark.parametrize(
        ("parts", "message"),
        [
            (["27", "", "2027"], "End date must include a month"),
            (["", "", "2027"], "End date must include a day and month"),
            (["31", "2", "2027"], "End date must be a real date"),
            (["x", "2", "2027"], "End date must be a real date"),
            (["1", "Smarch", "2027"], "End date must be a real date"),
            (["1", "2", "27"], "End date: year must include 4 numbers"),
            (["1", "2", "0027"], "End date: year must be between 1900 and 2199"),
            ("32/01/2027", "End date must be a real date, like 27/03/2027"),
        ],
    )
    def test_it_says_what_is_wrong(self, parts, message):
        assert problem(self.field, parts) == [message]

    def test_the_same_date_in_other_words_is_no_change(self):
        assert not self.field.has_changed(MARCH_27, ["27", "March", "2027"])
        assert self.field.has_changed(MARCH_27, ["28", "March", "2027"])
        assert self.field.has_changed(MARCH_27, ["", "", ""])

    def test_what_was_typed_is_kept(self):
        form = EveryField({"end_date_day": "31", "end_date_month": "Feb", "end_date_year": "2027"})
        html = render_crispy_form(form)
        assert 'name="end_date_month" type="text" value="Feb"' in html

    def test_only_the_wrong_box_turns_red(self):
        form = EveryField({"end_date_day": "31", "end_date_month": "", "end_date_year": "2027"})
        html = render_crispy_form(form)
        wrong = re.findall(
            r'<input class="[^"]*govuk-input--error[^"]*" id="(id_end_date_\d)"', html
        )
        assert wrong == ["id_end_date_1"]
        assert ("id_end_date_1", "End date must include a month") in error_summary(form)["errors"]


class TestMoneyField:
    field = MoneyField(label="Value")

    @pytest.mark.parametrize(
        ("typed", "amount"),
        [
            ("£1,250,000", "1250000"),
            ("1250000.50", "1250000.50"),
            (" £ 12 ", "12"),
            ("1 250 000", "1250000"),
            (Decimal("9.99"), "9.99"),
            (1250, "1250"),
        ],
    )
    def test_amounts_as_people_write_them(self, typed, amount):
        assert self.field.clean(typed) == Decimal(amount)

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ("1,25", "Value must be an amount of money, like 1250000 or £1,250,000"),
            ("1.250.000,00", "Value must be an amount of money, like 1250000 or £1,250,000"),
            ("about £5m", "Value must be an amount of money, like 1250000 or £1,250,000"),
            ("NaN", "Value must be an amount of money, like 1250000 or £1,250,000"),
            (".", "Value must be an amount of money, like 1250000 or £1,250,000"),
            ("-5", "Value must be £0 or more"),
            ("5.005", "Value must have two figures after the point at most, like 1250.50"),
            ("1000000000000", "Value must be less than £1,000,000,000,000"),
        ],
    )
    def test_it_says_what_is_wrong(self, typed, message):
        assert problem(self.field, typed) == [message]

    def test_a_stored_amount_is_shown_with_commas(self):
        form = EveryField(initial={"value": Decimal("1250000.00")})
        assert 'value="1,250,000"' in str(form["value"])


class TestForms:
    def test_every_missing_answer_is_named(self):
        form = EveryField({})
        messages = [message for _, message in error_summary(form)["errors"]]
        assert messages == [
            "Enter the title",
            "Select the supplier",
            "Select the tier",
            "Enter the end date",
            "Enter the value",
            "Enter the target",
        ]

    def test_forms_of_other_packages_name_what_is_missing_too(self):
        class Foreign(forms.Form):
            login = forms.EmailField(label="Email")

        assert error_summary(Foreign({}))["errors"] == [("id_login", "Enter the email")]

    def test_every_error_leads_to_an_input_of_the_page(self):
        form = EveryField({})
        html = render_crispy_form(form)
        for anchor, _ in error_summary(form)["errors"]:
            assert re.search(rf'<(input|select|textarea)[^>]* id="{anchor}"', html), anchor

    def test_inputs_name_their_hint_and_error(self):
        html = render_crispy_form(EveryField({}))
        assert 'aria-describedby="id_title_helptext id_title_error"' in html
        for described in re.findall(r'aria-describedby="([^"]+)"', html):
            for id_ in described.split():
                assert f'id="{id_}"' in html

    def test_a_number_that_is_none_is_shown_as_typed(self):
        assert 'value="twelve"' in render_crispy_form(EveryField({"months": "twelve"}))

    def test_an_error_of_the_whole_form_stands_in_the_summary(self):
        form = EveryField({})
        form.add_error(None, "The end is before the start")
        assert error_summary(form)["errors"][0] == ("", "The end is before the start")

    def test_errors_stand_in_the_order_of_the_page_and_not_of_the_form(self):
        class Swapped(Form):
            first = forms.CharField()
            second = forms.CharField()

            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.helper.layout = Layout(Fieldset("Both", "second", "first"))

        anchors = [anchor for anchor, _ in error_summary(Swapped({}))["errors"]]
        assert anchors == ["id_second", "id_first"]

    def test_errors_of_a_formset_are_listed_row_by_row(self):
        Rows = forms.formset_factory(EveryField, extra=0)
        rows = Rows({"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2"})
        anchors = [anchor for anchor, _ in error_summary(rows)["errors"]]
        assert {"id_form-0-title", "id_form-1-title"} <= set(anchors)

    def test_a_model_form_gets_our_date_field(self):
        from contracts.models import Contract

        class ContractDates(ModelForm):
            class Meta:
                model = Contract
                fields = ["ends_on"]

        assert isinstance(ContractDates().fields["ends_on"].widget, DateInput)

    def test_no_button_when_there_is_no_label_for_it(self):
        class Silent(Form):
            submit_label = ""

        assert "<button" not in render_crispy_form(Silent())


class TestWords:
    @pytest.mark.parametrize(
        ("amount", "written"),
        [
            (Decimal(1250000), "£1,250,000"),
            (Decimal("1250000.5"), "£1,250,000.50"),
            (Decimal("-12.00"), "-£12"),
            (0, "£0"),
            (None, "Not known"),
        ],
    )
    def test_money(self, amount, written):
        assert steward.money(amount) == written

    def test_money_in_other_currencies(self):
        assert steward.money(12, "EUR") == "€12"
        assert steward.money(12, "SEK") == "SEK 12"

    @pytest.mark.parametrize(
        ("days", "written"),
        [
            (0, "today"),
            (1, "tomorrow"),
            (-1, "yesterday"),
            (-3, "3 days ago"),
            (45, "in 45 days"),
            (122, "in 4 months"),
            (365, "in 12 months"),
            (1096, "in 3 years"),
            (913, "in 2.5 years"),
        ],
    )
    def test_distance(self, days, written):
        assert steward.distance(timezone.localdate() + datetime.timedelta(days)) == written

    def test_day_with_distance(self):
        today = timezone.localdate()
        assert steward.day_with_distance(today) == f"{today.day} {today:%B %Y} (today)"
        assert steward.day_with_distance(None) == "Not known"

    def test_a_moment_late_in_the_evening_keeps_its_local_day(self):
        at = datetime.datetime(2027, 6, 30, 23, 30, tzinfo=datetime.UTC)
        assert steward.day(at) == "1 July 2027"
        assert steward.moment(at) == "1 July 2027 at 12:30am"

    def test_count_of(self):
        assert steward.count_of(1, "contract") == "1 contract"
        assert steward.count_of(1200, "contract") == "1,200 contracts"
        assert steward.count_of(2, "reply,replies") == "2 replies"

    def test_query_changes_only_what_it_names(self):
        request = RequestFactory().get("/?tier=gold&tier=silver&page=4")
        shown = Template("{% load steward %}{% query page=None sort='ends' %}").render(
            Context({"request": request})
        )
        assert shown == "?tier=gold&amp;tier=silver&amp;sort=ends"

    @pytest.mark.parametrize(
        ("rating", "word"), [("approaching_target", "Approaching target"), ("", "Not reported")]
    )
    def test_a_rating_is_a_word(self, rating, word):
        template = Template('{% include "components/rating_tag.html" with rating=rating only %}')
        assert f">{word}</span>" in template.render(Context({"rating": rating}))

    def test_a_figure_leads_to_the_list_behind_it(self):
        template = Template(
            '{% include "components/figure.html" with number=8 label="Bad" url="/x" %}'
        )
        assert 'href="/x"' in template.render(Context({"page": SimpleNamespace()}))


@pytest.mark.urls("tests.common.pages")
@pytest.mark.django_db(transaction=True)
class TestInTheBrowser:
    """`page` fails on anything the browser complains of, such as an inline style under our policy."""

    def fits(self, page):
        return page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def test_components(self, page, live_server, width, axe):
        page.goto(f"{live_server.url}/components/")
        axe()
        assert self.fits(page)
        assert page.get_by_label("Words").is_visible() == (width > 900)

    def test_the_filter_opens_on_a_phone_without_javascript(self, browser, live_server):
        context = browser.new_context(
            java_script_enabled=False, viewport={"width": 390, "height": 900}
        )
        page = context.new_page()
        page.goto(f"{live_server.url}/components/")
        page.get_by_text("Filter (1 chosen)").click()
        assert page.get_by_label("Words").is_visible()
        context.close()

    def test_a_form_with_errors(self, page, live_server, width, axe):
        page.goto(f"{live_server.url}/form/")
        axe()
        page.get_by_role("button", name="Save contract").click()
        assert page.title().startswith("Error: ")
        axe()
        assert self.fits(page)
        page.get_by_role("link", name="Select the tier").click()
        assert page.evaluate("document.activeElement.id") == "id_tier"

    def test_pages_fit_the_narrowest_screen(self, page, live_server):
        page.set_viewport_size({"width": 320, "height": 800})
        for path in ("components", "form"):
            page.goto(f"{live_server.url}/{path}/")
            assert self.fits(page), path
