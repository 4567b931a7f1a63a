"""The pages of a contract's risks: this room's own and those that inner rooms add.

An inner room registers one in its `hooks.py`; its view answers with `contract_page(request, contract, "risks", template,
{"tab": "indicators", ...})`, and its template includes `risks/_tabs.html`.
"""

from common.subpages import Tab, Tabs

_tabs = Tabs("tabs of risks")
register, of_contract = _tabs.register, _tabs.of

__all__ = ["Tab", "of_contract", "register"]
