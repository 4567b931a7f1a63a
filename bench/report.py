"""The figures as Markdown, beside the goals."""

import statistics

# (what, how it is read from the result, the goal in words, whether a figure reaches it)
GOALS = (
    ("First migrate of an empty database", lambda r: r["migrate"], "15 s or less", lambda v: v <= 15, "{:.1f} s"),
    ("List, first page: times as fast as the admin", lambda r: vs_admin(r, "list"), "3 or more", lambda v: v >= 3, "{:.1f}"),
    ("List, first page: p95 to median", lambda r: steward(r, "list", 1) / steward(r, "list"), "2 or less", lambda v: v <= 2, "{:.2f}"),
    ("List, first page: queries", lambda r: r["queries"]["list"], "8 or fewer", lambda v: v <= 8, "{}"),
    ("Last page to the first", lambda r: to_list(r, "last"), "1.2 or less", lambda v: v <= 1.2, "{:.2f}"),
    ("Last page: times as fast as the admin", lambda r: vs_admin(r, "last"), "10 or more", lambda v: v >= 10, "{:.1f}"),
    ("Middle page to the first", lambda r: to_list(r, "middle"), "1.2 or less", lambda v: v <= 1.2, "{:.2f}"),
    ("Search with few hits to the list", lambda r: to_list(r, "rare"), "1.5 or less", lambda v: v <= 1.5, "{:.2f}"),
    ("Search with many hits to the list", lambda r: to_list(r, "broad"), "1.5 or less", lambda v: v <= 1.5, "{:.2f}"),
    ("Search with few hits: times as fast as the admin", lambda r: vs_admin(r, "rare"), "8 or more", lambda v: v >= 8, "{:.1f}"),
    ("Filter and sort to the list", lambda r: to_list(r, "filter"), "1.0 or less", lambda v: v <= 1.05, "{:.2f}"),
    ("Contract: queries", lambda r: r["queries"]["detail"], "10 or fewer", lambda v: v <= 10, "{}"),
    ("Contract", lambda r: steward(r, "detail"), "15 ms or less", lambda v: v <= 15, "{:.1f} ms"),
    ("First page of an SRO", lambda r: steward(r, "overview"), "30 ms or less", lambda v: v <= 30, "{:.1f} ms"),
    ("List, 8 clients", lambda r: r["clients"]["list"]["steward"][0], "60 a second or more", lambda v: v >= 60, "{:.0f} a second"),
    ("List, 8 clients: p95", lambda r: r["clients"]["list"]["steward"][2], "250 ms or less", lambda v: v <= 250, "{:.0f} ms"),
    ("Contract, 8 clients", lambda r: r["clients"]["detail"]["steward"][0], "120 a second or more", lambda v: v >= 120, "{:.0f} a second"),
    ("Memory of the web server", lambda r: r["memory"][-1], "160 MB or less", lambda v: v <= 160, "{:.0f} MB"),
    ("Export of everything", lambda r: export(r, "seconds"), "1.2 s or less", lambda v: v <= 1.2, "{:.2f} s"),
    ("Export to a bare COPY", lambda r: export(r, "seconds") / export(r, "copy"), "4 or less", lambda v: v <= 4, "{:.1f}"),
    ("Export: first byte", lambda r: export(r, "first_byte") * 1000, "50 ms or less", lambda v: v <= 50, "{:.0f} ms"),
    ("Export: more memory while it goes on", lambda r: max(e["peak"] - e["before"] for e in r["export"]), "10 MB or less", lambda v: v <= 10, "{:.1f} MB"),
    ("Export: more memory after all of them", lambda r: r["export"][-1]["after"] - r["export"][0]["before"], "10 MB or less", lambda v: v <= 10, "{:.1f} MB"),
    ("Import", lambda r: r["import"]["rows"] / r["import"]["seconds"], "5,000 rows a second or more", lambda v: v >= 5000, "{:,.0f} rows a second"),
)  # fmt: skip


def steward(result, page, which=0):
    return result["pages"][page]["steward"][which]


def to_list(result, page):
    return steward(result, page) / steward(result, "list")


def vs_admin(result, page):
    return result["pages"][page]["admin"][0] / steward(result, page)


def export(result, what):
    return statistics.median(run[what] for run in result["export"])


def report(result):
    parts = (
        _head(result),
        _pages(result),
        _clients(result),
        _export(result),
        _import(result),
        _goals(result),
    )
    return "\n\n".join(parts)


def _table(headings, rows):
    lines = [headings, ["---", *["---:"] * (len(headings) - 1)], *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def _head(result):
    return (
        f"{result['contracts']:,} contracts, {result['on']}. {result['machine']}; gunicorn with 2 workers of "
        f"4 threads; client, server and database share the machine. "
        f"First migrate {result['migrate']:.1f} s, filling {result['fill']:.0f} s."
    )


def _figures(pair):
    return f"{pair[0]:.1f} / {pair[1]:.1f}" if pair else "–"


def _pages(result):
    rows = []
    for key, times in result["pages"].items():
        ours, admin, sql = times["steward"], times["admin"], times["sql"]
        rows.append([
            result["labels"][key], result["queries"][key], _figures(ours), _figures(admin),
            f"{admin[0] / ours[0]:.1f}" if admin else "–", _figures(sql),
            f"{ours[0] / sql[0]:.1f}" if sql else "–",
        ])  # fmt: skip
    headings = [
        "One client", "queries", "median / p95 ms", "admin ms", "× as fast as the admin", "bare SQL ms", "× bare SQL"
    ]  # fmt: skip
    return _table(headings, rows)


def _clients(result):
    rows = [
        [
            result["labels"][key],
            *(cell for name in ("steward", "admin") for cell in _load(times[name])),
        ]
        for key, times in result["clients"].items()
    ]
    return _table(["8 clients", "a second", "median / p95 ms", "admin a second", "admin ms"], rows)


def _load(figures):
    return f"{figures[0]:.0f}", f"{figures[1]:.0f} / {figures[2]:.0f}"


def _export(result):
    runs = result["export"]
    return (
        f"**Export** of {result['contracts']:,} rows to CSV ({runs[0]['bytes'] / 1e6:.1f} MB): "
        f"{export(result, 'seconds'):.2f} s, first byte after {export(result, 'first_byte') * 1000:.0f} ms; "
        f"the bare COPY of the same rows takes {export(result, 'copy'):.2f} s. Memory of the web server "
        f"{runs[0]['before']:.0f} MB before, {max(run['peak'] for run in runs):.0f} MB at most, "
        f"{runs[-1]['after']:.0f} MB after {len(runs)} exports."
    )


def _import(result):
    found = result["import"]
    return (
        f"**Import** of {found['rows']:,} rows from CSV into the same register: {found['seconds']:.1f} s, "
        f"{found['rows'] / found['seconds']:,.0f} rows a second, from the start of the command to its end; "
        f"{found['imported']:,} contracts and {found['history']:,} rows of history. "
        f"The bare COPY of the file takes {found['copy']:.2f} s."
    )


def _goals(result):
    rows = []
    for label, figure, words, reached, form in GOALS:
        value = figure(result)
        rows.append(
            [label, words, form.format(value), "reached" if reached(value) else "**missed**"]
        )
    return _table(["Goal", "wanted", "measured", ""], rows)
