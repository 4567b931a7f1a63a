"""Parts of a risk's page that inner rooms add below its facts.

panels.register(panels.Panel("indicators", "Key risk indicators", "indicators/_panel.html", of_risk, order=10))
"""

from common.subpages import Panel, Panels

_panels = Panels("panels of a risk's page")
register, of = _panels.register, _panels.of

__all__ = ["Panel", "of", "register"]
