"""Copy the few files we serve out of node_modules into static/vendor.

The typeface GDS Transport and the crown are for GOV.UK only, so they are taken out here; what stays
may be used by any public body.
"""

import re
import shutil
import sys
from pathlib import Path

FONT = '"Helvetica Neue",Arial,"Liberation Sans",sans-serif'
GOVUK = "govuk-frontend/dist/govuk"
MOJ = "@ministryofjustice/frontend/moj"


def main(modules, vendor):
    shutil.rmtree(vendor, ignore_errors=True)
    (vendor / "images").mkdir(parents=True)
    for home, name in ((GOVUK, "govuk-frontend"), (MOJ, "moj-frontend")):
        css = own_css((modules / home / f"{name}.min.css").read_text())
        for image in re.findall(r"url\(images/([^)]+)\)", css):
            shutil.copy(modules / home / "assets/images" / image, vendor / "images" / image)
        (vendor / f"{name}.min.css").write_text(css)
        script = (modules / home / f"{name}.min.js").read_text()
        (vendor / f"{name}.min.js").write_text(re.sub(r"//# sourceMappingURL=.*", "", script))


def own_css(css):
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", FONT)
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    css = css.replace("url(/assets/images/govuk-crest.svg)", "none")
    css = css.replace("url(/assets/images/", "url(images/")
    # A new release may spell these otherwise; better to stop here than to publish them.
    assert "GDS Transport" not in css, "the GOV.UK typeface is still named"
    assert "/assets/" not in css, "an address of GOV.UK's own assets is left"
    return css


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
