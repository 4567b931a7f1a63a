"""What is measured: the same page in Steward, in the admin, and as the bare SQL it cannot do without."""

from dataclasses import dataclass

RARE, BROAD = "Kettlemoor", "maintenance"
PER_PAGE = 50

_ROWS = """
SELECT c.id, c.title, c.reference, s.name, u.name, o.name, o.email, c.tier, c.stage, c.ends_on, c.value, c.currency
FROM contracts_contract c
LEFT JOIN suppliers_supplier s ON s.id = c.supplier_id
LEFT JOIN accounts_businessunit u ON u.id = c.unit_id
LEFT JOIN accounts_user o ON o.id = c.oco_id
"""
_COUNT = "SELECT count(*) FROM contracts_contract c"
# Steward sees that the register's history has moved, and counts as if nobody had asked lately.
_CHANGE = """
DELETE FROM contracts_historicalcontract
WHERE history_id = (SELECT MAX(history_id) FROM contracts_historicalcontract)
"""
_FOUND = """
(UPPER(c.title) LIKE UPPER('%{word}%') OR UPPER(c.reference) LIKE UPPER('%{word}%')
 OR c.supplier_id = ANY (ARRAY(SELECT id FROM suppliers_supplier WHERE UPPER(name) LIKE UPPER('%{word}%'))))
"""


@dataclass(frozen=True)
class Page:
    """One page. `who` signs in; `sql` are the statements; an empty `admin` has no counterpart there. `before` is
    run before each request, outside of what is timed."""

    key: str
    label: str
    path: str
    admin: str = ""
    sql: tuple[str, ...] = ()
    who: str = "procurement"
    before: str = ""


def _found(word):
    return "WHERE " + _FOUND.format(word=word)


def pages(facts):
    """Every page, for a register that these facts describe (see `bench.inside`)."""
    count, supplier, contract = facts["contracts"], facts["supplier"], facts["contract"]
    last = -(-count // PER_PAGE)
    middle = last // 2
    skipped = (middle - 1) * PER_PAGE
    on_last = count - (last - 1) * PER_PAGE
    by_title = "ORDER BY c.title, c.id"
    steward, admin = f"/contracts/?per_page={PER_PAGE}", "/admin/contracts/contract/"
    live = "WHERE c.stage = 'live'"
    on_middle = (
        f"SELECT c.id FROM contracts_contract c {by_title} LIMIT {PER_PAGE} OFFSET {skipped}"
    )
    of_supplier = f"WHERE c.supplier_id = {supplier}"
    return (
        Page("list", "List, first page", steward, admin,
             (f"{_ROWS} {by_title} LIMIT {PER_PAGE}", _COUNT)),
        Page("list_anew", "List, first page, after a change", steward, admin,
             (f"{_ROWS} {by_title} LIMIT {PER_PAGE}", _COUNT), before=_CHANGE),
        Page("last", "List, last page", f"{steward}&page={last}", f"{admin}?p={last}",
             (f"{_ROWS} ORDER BY c.title DESC, c.id DESC LIMIT {on_last}", _COUNT)),
        Page("middle", "List, middle page", f"{steward}&page={middle}", f"{admin}?p={middle}",
             (f"{_ROWS} WHERE c.id IN ({on_middle}) {by_title}", _COUNT)),
        Page("rare", "Search, about ten hits", f"{steward}&q={RARE}", f"{admin}?q={RARE}",
             (f"{_ROWS} {_found(RARE)} {by_title} LIMIT {PER_PAGE}", f"{_COUNT} {_found(RARE)}")),
        Page("broad", "Search, thousands of hits", f"{steward}&q={BROAD}", f"{admin}?q={BROAD}",
             (f"{_ROWS} {_found(BROAD)} {by_title} LIMIT {PER_PAGE}", f"{_COUNT} {_found(BROAD)}")),
        Page("broad_anew", "Search, thousands of hits, after a change", f"{steward}&q={BROAD}", f"{admin}?q={BROAD}",
             (f"{_ROWS} {_found(BROAD)} {by_title} LIMIT {PER_PAGE}", f"{_COUNT} {_found(BROAD)}"), before=_CHANGE),
        Page("filter", "Stage live, by end date", f"{steward}&stage=live&sort=ends_on", f"{admin}?stage__exact=live&o=8",
             (f"{_ROWS} {live} ORDER BY c.ends_on, c.id LIMIT {PER_PAGE}", f"{_COUNT} {live}")),
        Page("supplier", "One supplier, by end date", f"{steward}&supplier_id={supplier}&sort=ends_on",
             f"{admin}?supplier__id__exact={supplier}&o=8",
             (f"{_ROWS} {of_supplier} ORDER BY c.ends_on, c.id LIMIT {PER_PAGE}", f"{_COUNT} {of_supplier}")),
        Page("oco_list", "List of an OCO", steward, who="oco",
             sql=(f"{_ROWS} WHERE {{held}} {by_title} LIMIT {PER_PAGE}".format(held=_held(facts["oco"])),
                  f"{_COUNT} WHERE {_held(facts['oco'])}")),
        Page("detail", "Contract", f"/contracts/{contract}/", f"{admin}{contract}/change/",
             (f"{_ROWS} WHERE c.id = {contract}",)),
        Page("matrix", "Obligations matrix", f"/contracts/{facts['with_obligations']}/obligations/"),
        Page("due", "Obligations that fall due", f"/contracts/obligations/due/?per_page={PER_PAGE}"),
        *_performance(facts),
        *_risks(facts),
        Page("history", "Contract's history", f"/contracts/{contract}/history/"),
        Page("supplier_page", "Supplier's page", f"/suppliers/{supplier}/"),
        Page("suppliers", "Suppliers, first page", f"/suppliers/?per_page={PER_PAGE}",
             sql=(f"SELECT * FROM suppliers_supplier ORDER BY name, id LIMIT {PER_PAGE}",
                  "SELECT count(*) FROM suppliers_supplier")),
        Page("work", "First page of an OCO", "/work/", who="oco"),
        Page("overview", "First page of an SRO", "/overview/", who="sro"),
        Page("portfolio", "Portfolio, Procurement Unit", "/portfolio/"),
    )  # fmt: skip


def _performance(facts):
    """The pages of performance, for those who open them; none where nothing was measured."""
    if facts["kpi"] is None:
        return ()
    contract, kpis = facts["measured"], "/performance/trends/indicators/"
    home, ledger = f"/performance/contract/{contract}/", "/performance/credits/"
    last = -(-facts["kpis"] // PER_PAGE)
    found = (
        Page("readings", "Performance of a contract", home),
        Page("readings_oco", "Performance of an OCO's contract, 30 KPIs", f"/performance/contract/{facts['owned']}/", who="oco"),
        Page("readings_sro", "Performance of an SRO's contract", f"/performance/contract/{facts['overseen']}/", who="sro"),
        Page("readings_wide", "Performance of a contract with 300 KPIs", f"/performance/contract/{facts['wide']}/"),
        Page("kpi", "KPI with its chart", f"/performance/{facts['kpi']}/"),
        Page("kpi_weekly", "KPI of every week with its chart", f"/performance/{facts['weekly_kpi']}/"),
        Page("trends", "Trends of a contract", f"/performance/trends/contract/{contract}/"),
        Page("trends_wide", "Trends of a contract with 300 KPIs", f"/performance/trends/contract/{facts['wide']}/"),
        Page("credits", "Service credits of a contract", f"{ledger}contract/{contract}/"),
        Page("scorecards", "Scorecards of a contract", f"/performance/scorecards/contract/{facts['scored']}/"),
        Page("scorecard", "Scorecard", f"/performance/scorecards/{facts['scorecard']}/"),
        Page("log", "Month of an OCO's readings", "/performance/log/", who="oco"),
        Page("log_choose", "Month of all readings, by contract", "/performance/log/"),
        Page("check", "Readings to check, of an OCO", "/performance/check/", who="oco"),
        Page("kpis", "KPIs, first page", f"{kpis}?per_page={PER_PAGE}"),
        Page("kpis_last", "KPIs, last page", f"{kpis}?per_page={PER_PAGE}&page={last}"),
        Page("kpis_filter", "KPIs, Inadequate, of Gold contracts", f"{kpis}?per_page={PER_PAGE}&rating=inadequate&tier=gold"),
        Page("kpis_oco", "KPIs of an OCO", f"{kpis}?per_page={PER_PAGE}", who="oco"),
        Page("ratings", "Ratings by tier", "/performance/trends/"),
        Page("ratings_by_unit", "Ratings by unit", "/performance/trends/?by=unit"),
        Page("ratings_by_supplier", "Ratings by supplier", "/performance/trends/?by=supplier"),
        Page("ratings_by_quadrant", "Ratings by quadrant", "/performance/trends/?by=quadrant"),
        Page("ratings_sro", "Ratings by tier, of an SRO", "/performance/trends/", who="sro"),
        Page("money_left", "Money left on the table", ledger),
        Page("money_by_contract", "Money left, by contract", f"{ledger}by-contract/"),
        Page("money_by_supplier", "Money left, by supplier", f"{ledger}by-supplier/"),
        Page("scorecard_list", "Scorecards of a quarter", "/performance/scorecards/"),
        Page("scorecard_list_sro", "Scorecards of a quarter, of an SRO", "/performance/scorecards/", who="sro"),
        Page("gaps", "Contracts with a gap in how they are managed", f"/contracts/?per_page={PER_PAGE}&gap=readings_missing"),
        Page("supplier_kpis", "Performance of a supplier", f"/performance/supplier/{facts['supplier']}/"),
    )  # fmt: skip
    return (page for page in found if "None" not in page.path)


def _risks(facts):
    """The pages of risks; none where there are no risks."""
    if facts["risk"] is None:
        return ()
    home, heat = "/risks/", "/risks/heat-map/"
    rows, last = f"{home}?per_page={PER_PAGE}", -(-facts["risks"] // PER_PAGE)
    found = (
        Page("risks", "Risks, first page", rows),
        Page("risks_last", "Risks, last page", f"{rows}&page={last}"),
        Page("risks_filter", "Risks, critical and above appetite, of Gold contracts", f"{rows}&band=critical&above=appetite&tier=gold"),
        Page("risks_search", "Risks, search", f"{rows}&q=insolvent+coast"),
        Page("risks_nobody", "Risks without an owner", f"{rows}&gap=owner"),
        Page("risks_cell", "Risks of one cell of the heat map", f"{rows}&state=open&kind=threats&likelihood=5&impact=5"),
        Page("risks_oco", "Risks of an OCO", rows, who="oco"),
        Page("heat", "Heat map, by unit", heat),
        Page("heat_tier", "Heat map, by tier", f"{heat}?by=tier"),
        Page("heat_supplier", "Heat map, by supplier", f"{heat}?by=supplier"),
        Page("heat_target", "Heat map, what is aimed at, of Gold contracts", f"{heat}?scored=target&tier=gold"),
        Page("heat_oco", "Heat map of an OCO", heat, who="oco"),
        Page("heat_sro", "Heat map of an SRO, by supplier", f"{heat}?by=supplier", who="sro"),
        Page("risks_contract", "Risks of a contract", f"{home}contract/{facts['at_risk']}/"),
        Page("risks_contract_oco", "Risks of an OCO's contract, 60 risks", f"{home}contract/{facts['own_at_risk']}/", who="oco"),
        Page("risks_contract_wide", "Risks of a contract with 300 risks", f"{home}contract/{facts['most_at_risk']}/"),
        Page("risks_supplier", "Risks of a supplier", f"{home}supplier/{facts['supplier']}/"),
        Page("risk", "Risk with its scores", f"{home}{facts['risk']}/"),
    )  # fmt: skip
    return (page for page in found if "None" not in page.path)


def _held(person):
    return f"(c.oco_id = {person} OR c.deputy_id = {person} OR c.sro_id = {person})"


EXPORT_PATH = "/contracts/?export=csv"
EXPORT_SQL = f"COPY ({_ROWS} ORDER BY c.title, c.id) TO STDOUT WITH CSV HEADER"
