"""What leads fill in about an organisation's end and its units. Forms check; actions write."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from organisations.fields import PlaceNameField
from organisations.forms_leads import DayField, limit_day, offer
from organisations.models import Organisation, Partnership, Unit

#: How far back an end may be entered that was forgotten, and how far ahead one that is known.
REACH = timedelta(days=366)


class EndForm(forms.Form):
    """The last day of something."""

    on = DayField(label=_("Last day"))
    is_sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, today: date, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit_day(self, "on", earliest=today - REACH, latest=today + REACH)
        if label:
            self.fields["on"].label = label


class MergeOrganisationForm(EndForm):
    """Of which organisation one becomes part, and from which day."""

    into: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        label=_("Which organisation does it become part of?"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose one"),
        error_messages={"required": _("Choose an organisation.")},
    )
    field_order = ("into", "on")

    def __init__(self, *args: Any, others: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "into", others)
        self.fields["on"].label = _("First day there")


class JoinForm(forms.Form):
    """Which organisation joins."""

    organisation: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        label=_("Which of your organisations joins?"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose one"),
        error_messages={"required": _("Choose an organisation.")},
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation", organisations)


class JoinPartnershipForm(JoinForm):
    """Which organisation joins a partnership, and from which day; none chosen asks for a link."""

    partnership: forms.ModelChoiceField[Partnership] = forms.ModelChoiceField(
        label=_("Partnership"),
        queryset=Partnership.objects.none(),
        empty_label=_("Choose one"),
        error_messages={"required": _("Choose a partnership.")},
    )
    on = DayField(label=_("First day in the partnership"))
    field_order = ("partnership", "organisation", "on")

    def __init__(self, *args: Any, partnerships: QuerySet[Partnership], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "partnership", partnerships)
        if len(partnerships) == 1:
            self.fields["partnership"].initial = partnerships[0]
            self.fields["partnership"].widget = forms.HiddenInput()
        organisation = cast(forms.ModelChoiceField, self.fields["organisation"])
        organisation.label, organisation.required = _("Organisation"), False
        organisation.empty_label = _("Somebody else leads it")
        organisation.help_text = _("If somebody else leads it, leave this as it is. You get a link for its lead.")
        limit_day(self, "on", earliest=today - REACH, latest=today + REACH, initial=today)


class UnitForm(forms.Form):
    """A unit, and what it is part of."""

    name = PlaceNameField(label=_("Name"), max_length=200, error_messages={"required": _("Enter the name.")})
    parent: forms.ModelChoiceField[Unit] = forms.ModelChoiceField(
        label=_("Part of"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("The organisation itself"),
    )

    def __init__(
        self, *args: Any, organisation: Organisation, below: frozenset[int] = frozenset(), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "parent", organisation.units.exclude(pk__in=below).order_by("name"))
