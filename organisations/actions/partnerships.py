"""Writes about a partnership's own settings."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from organisations.audit import write_log
from organisations.models import Partnership, User

#: Below 3 a hidden count would tell what it hides; above 20 nothing would be left to read.
LEAST, MOST = 3, 20


@transaction.atomic
def set_small_counts(*, partnership: Partnership, below: int, by: User) -> Partnership:
    """Says which counts are hidden in what the partnership publishes: those below this, or none for 0.

    Refuses (ValidationError) numbers that would protect nobody or hide nearly everything.
    """
    if below and not LEAST <= below <= MOST:
        words = _("Choose a number from %(least)s to %(most)s, or 0 to hide nothing.")
        raise ValidationError({"below": words % {"least": LEAST, "most": MOST}})
    if below != partnership.small_counts_below:
        partnership.small_counts_below = below
        partnership.save(update_fields=["small_counts_below"])
        write_log(partnership, "organisations.change", by, fields=["small_counts_below"])
    return partnership
