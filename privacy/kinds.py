"""The kinds of records that have a period: how long by default, whose they are, and what happens to them after it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy.models import RecordType


@dataclass(frozen=True)
class Kind:
    """One kind of record."""

    record_type: RecordType
    #: In force where nobody has set another; none means without end.
    months: int | None
    #: What happens to a record after its period.
    then: str | Promise
    #: Whether each organisation may set its own; the others belong to the installation as a whole.
    is_of_organisations: bool = True

    @property
    def label(self) -> str:
        """The kind in words."""
        return str(self.record_type.label)


DELETED = _("deleted")

KINDS: tuple[Kind, ...] = (
    Kind(RecordType.INVITATIONS, 3, DELETED),
    Kind(RecordType.IMPORTS, 1, DELETED),
    Kind(RecordType.REQUESTS, 6, DELETED),
    Kind(RecordType.DETAILS, 12, _("emptied; role and days stay for the numbers")),
    Kind(RecordType.OPEN_WORK, 12, _("closed; answers not handed in are deleted")),
    Kind(RecordType.ANSWERS, 12, _("the answers are deleted; the score stays")),
    Kind(
        RecordType.PEOPLE,
        72,
        _("name and all details are removed; numbers stay. Never for people who have a certificate and can sign in"),
    ),
    Kind(RecordType.HELD_NAMES, 24, _("the name is deleted; that somebody was there stays")),
    Kind(RecordType.REMINDERS, 12, DELETED),
    Kind(RecordType.NAMES, 24, DELETED),
    Kind(RecordType.UNUSED, 6, _("name and all details are removed"), is_of_organisations=False),
    Kind(RecordType.ERASURES, 24, DELETED, is_of_organisations=False),
    Kind(RecordType.TASKS, 1, DELETED, is_of_organisations=False),
)
BY_TYPE = {each.record_type: each for each in KINDS}
#: The months that may be chosen.
CHOICES = (1, 3, 6, 12, 18, 24, 36, 48, 60, 72, 84, 120, 180, 240)
