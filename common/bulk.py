"""Many rows at once. Where rows follow from rows, the database makes them itself, history included."""

import io

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import BigIntegerField, F, Model, QuerySet, Value
from django.utils import timezone

# The backslash first, so that it does not meet those that the others bring.
_COPY_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))


def insert_select(model: type[Model], columns: dict, source: QuerySet) -> int:
    """INSERT .. SELECT: one row of `model` for each row of `source`; how many there were.

    `columns` says for each column (by its attname) the expression over `source` that fills it.
    """
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    fields = {field.attname: field.column for field in model._meta.concrete_fields}
    # Annotations under names of our own keep the order of the columns as it is written here.
    named = {f"filled_{number}": expression for number, expression in enumerate(columns.values())}
    selected = source.order_by().annotate(**named).values_list(*named)
    try:
        select, params = selected.query.sql_with_params()
    except EmptyResultSet:
        return 0
    into = ", ".join(quote(fields[name]) for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({into}) {select}", params)
        return cursor.rowcount


def insert_rows(model: type[Model], names: tuple[str, ...], rows) -> None:
    """Insert rows of plain values (text, numbers, None), in the order of `names`.

    COPY on PostgreSQL, several times as fast as INSERT; one prepared INSERT elsewhere.
    """
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    fields = {field.attname: field.column for field in model._meta.concrete_fields}
    table = quote(model._meta.db_table)
    into = ", ".join(quote(fields[name]) for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = io.StringIO("".join(_copy_line(row) for row in rows))
            cursor.copy_expert(f"COPY {table} ({into}) FROM STDIN", lines, 1 << 16)
        else:
            holes = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO {table} ({into}) VALUES ({holes})", list(rows))  # noqa: S608 - names of our own models


def _copy_line(row) -> str:
    return (
        "\t".join(["\\N" if v is None else _escaped(v) if type(v) is str else str(v) for v in row])
        + "\n"
    )


def _escaped(text: str) -> str:
    for character, escape in _COPY_ESCAPES:
        if character in text:
            text = text.replace(character, escape)
    return text


def write_history(rows: QuerySet, *, by, reason: str, kind: str) -> int:
    """One historical row for each row of the queryset, as it stands now.

    `kind` is simple-history's: "+" for added, "~" for changed, "-" for removed.
    """
    historical = rows.model.history.model
    columns = {field.attname: F(field.attname) for field in historical.tracked_fields}
    columns |= {
        "history_date": Value(timezone.now()),
        "history_type": Value(kind),
        "history_change_reason": Value(reason),
        "history_user_id": Value(by.pk if by else None, output_field=BigIntegerField()),
    }
    return insert_select(historical, columns, rows)
