"""Choices as pure rules know them: values as they are stored, each with its words."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """Values as they are stored, each with the words that a page shows for it."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """As a column of a model wants them."""
        return [(member.value, member.label) for member in cls]
