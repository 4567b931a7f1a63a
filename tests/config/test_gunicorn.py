"""What the web server does before its workers part."""

from config import gunicorn


def test_every_page_is_read_without_asking_the_database():
    gunicorn._read_pages()  # this test may not use the database
