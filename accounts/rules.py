"""Which colours can be read. Pure functions; no database."""

READABLE = 4.5  # WCAG 2.2, success criterion 1.4.3


def contrast_with_white(colour: str) -> float:
    """The contrast of white text on a colour such as `#1f4e5f`, by WCAG's formula, cut to one figure.

    Cut, not rounded, so that 4.49 is not called 4.5.

    >>> contrast_with_white("#000000"), contrast_with_white("#ffffff"), contrast_with_white("#777777")
    (21.0, 1.0, 4.4)
    """
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    light = 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)
    return int(1.05 / (light + 0.05) * 10 + 1e-9) / 10


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
