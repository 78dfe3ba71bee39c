"""Checks of single fields."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from guidance.rules import is_uk_number


def validate_uk_number(number: str) -> None:
    """Refuses what cannot be dialled: a wrong digit sends a person to nobody."""
    if not is_uk_number(number):
        raise ValidationError(
            _("“%(number)s” is not a telephone number of the United Kingdom. Write it like 08000 121 700 or 999."),
            params={"number": number},
        )
