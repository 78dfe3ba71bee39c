"""Days of the week as people say them; learners read these."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Days(models.TextChoices):
    """On which days of the week a line is open."""

    WEEKDAYS = "weekdays", _("Monday to Friday")
    EVERY_DAY = "every-day", _("every day")
    WEEKEND = "weekend", _("Saturday and Sunday")
    MONDAY = "0", _("Monday")
    TUESDAY = "1", _("Tuesday")
    WEDNESDAY = "2", _("Wednesday")
    THURSDAY = "3", _("Thursday")
    FRIDAY = "4", _("Friday")
    SATURDAY = "5", _("Saturday")
    SUNDAY = "6", _("Sunday")

    @property
    def weekdays(self) -> frozenset[int]:
        """The days by number, Monday being 0."""
        groups = {self.WEEKDAYS: range(5), self.EVERY_DAY: range(7), self.WEEKEND: (5, 6)}
        return frozenset(groups[self] if self in groups else (int(self.value),))
