"""The pages of a contract's performance: this room's own and those that inner rooms add.

An inner room registers one in its `hooks.py`; its view answers with `contract_page(request, contract,
"performance", template, {"tab": "credits", ...})`, and its template includes `performance/_tabs.html`.
"""

from common.subpages import Tab, Tabs

_tabs = Tabs("tabs of performance")
register, registered, of_contract = _tabs.register, _tabs.registered, _tabs.of

__all__ = ["Tab", "of_contract", "register", "registered"]
