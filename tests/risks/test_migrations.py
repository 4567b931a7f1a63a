"""The migrations of risks run backwards too."""

import pytest
from django.core.management import call_command
from django.db import connection

from risks.models import Category

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_house_categories_are_taken_out_and_put_back():
    call_command("migrate", "risks", "0001", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM risks_category")
        assert cursor.fetchone() == (0,)
    call_command("migrate", verbosity=0)
    assert Category.objects.filter(name="Operations", appetite=12).exists()
