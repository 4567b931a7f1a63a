"""Parts of a KPI's page that inner rooms add below its facts.

panels.register(panels.Panel("trend", "Trend", "trends/_panel.html", of_indicator, order=10))
"""

from common.subpages import Panel, Panels

_panels = Panels("panels of a KPI's page")
register, of = _panels.register, _panels.of

__all__ = ["Panel", "of", "register"]
