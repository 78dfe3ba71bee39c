"""What leads fill in about organisations, figures, roles and appointments. Forms check; actions write."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from organisations.fields import PlaceNameField
from organisations.imports.values import EARLIEST
from organisations.models import Appointment, Membership, Organisation, Role
from organisations.selectors import areas_for

#: The number of a row has fewer digits in every database.
MOST_DIGITS = 18
#: What is said of a number that is too small or too big.
LIMITS = {"min_value": _("Enter %(limit_value)s or more."), "max_value": _("Enter %(limit_value)s or less.")}


class DayField(forms.DateField):
    """A day, between two others where they are given; one that only a slip of the keyboard can mean is refused."""

    def __init__(self, *, earliest: date = EARLIEST, latest: date | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        kwargs.setdefault(
            "error_messages",
            {"required": _("Enter a day."), "invalid": _("Enter a real day, such as 27 03 2027.")},
        )
        super().__init__(**kwargs)
        self.earliest, self.latest = earliest, latest

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and value < self.earliest:
            raise ValidationError(
                _("The day must be %(day)s or later."), params={"day": date_format(self.earliest)}, code="too_early"
            )
        if value and self.latest and value > self.latest:
            raise ValidationError(
                _("The day must be %(day)s or earlier."), params={"day": date_format(self.latest)}, code="too_late"
            )


def limit_day(
    form: forms.Form,
    name: str,
    *,
    earliest: date = EARLIEST,
    latest: date | None = None,
    initial: date | None = None,
) -> None:
    """Sets the first and last day of a field, which often follow from the thing a form is about."""
    field = cast(DayField, form.fields[name])
    field.earliest, field.latest = earliest, latest
    field.initial = initial or field.initial


def offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """Sets the rows from which a field lets choose."""
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = rows


class SeveralField(forms.ModelMultipleChoiceField):
    """Some rows to choose."""

    def clean(self, value: Any) -> Any:
        """Refuses a number that no database can look for, which nobody chose from the list."""
        if any(len(str(each)) > MOST_DIGITS for each in value or ()):
            raise ValidationError(_("Choose from the list."), code="invalid_choice")
        return super().clean(value)


class RoleField(forms.ModelChoiceField):
    """A role that can be chosen."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Role"))
        kwargs.setdefault("empty_label", _("Choose a role"))
        kwargs.setdefault("error_messages", {"required": _("Choose a role.")})
        super().__init__(queryset=Role.objects.filter(is_active=True), **kwargs)


def labels(choices: type[models.TextChoices]) -> list[tuple[str, str]]:
    """Choices as they stand in a list: each begins with a capital."""
    return [(choice.value, capfirst(choice.label)) for choice in choices]


def kind_field(**kwargs: Any) -> forms.TypedChoiceField:
    """How a person belongs to the organisation."""
    return forms.TypedChoiceField(label=_("Works here as"), choices=labels(Membership.Kind), **kwargs)


# --- organisations --------------------------------------------------------------------------------
class OrganisationForm(forms.Form):
    """What an organisation is, and whether it may refer people."""

    name = PlaceNameField(label=_("Name"), max_length=200, error_messages={"required": _("Enter the name.")})
    kind = forms.ChoiceField(
        label=_("What sort of organisation is it?"),
        choices=[("", _("Choose one")), *labels(Organisation.Kind)],
        error_messages={"required": _("Choose what sort of organisation it is.")},
    )
    nation = forms.ChoiceField(label=_("Nation"), choices=Organisation.Nation.choices)

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        self.organisation = organisation
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        others = Organisation.objects.filter(name__iexact=name)
        if self.organisation:
            others = others.exclude(pk=self.organisation.pk)
        if others.exists():
            raise ValidationError(_("There is already an organisation with this name. Check your list first."))
        return name


class OrganisationProfileForm(OrganisationForm):
    """The same, with the First Responder status and how it is known."""

    first_responder = forms.ChoiceField(
        label=_("Is it a First Responder organisation?"),
        help_text=_("First Responder organisations may refer people to the National Referral Mechanism."),
        choices=labels(Organisation.FirstResponderStatus),
        widget=forms.RadioSelect,
    )
    first_responder_basis = forms.CharField(
        label=_("Legal basis (if you know it)"),
        help_text=_("For example, section 52 of the Modern Slavery Act 2015."),
        max_length=200,
        required=False,
    )
    first_responder_source = forms.CharField(
        label=_("Where did you find this?"),
        help_text=_("The document or web page, so that others can check it."),
        max_length=200,
        required=False,
    )
    first_responder_checked_on = DayField(label=_("Checked on"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit_day(self, "first_responder_checked_on", latest=today)
        if self.organisation and (areas := areas_for(self.organisation, today)):
            self.fields["areas"] = SeveralField(
                areas,
                label=_("Where does it work?"),
                help_text=_("Choose every area that it covers. Its people see the contacts of these areas."),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=self.organisation.areas.all(),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("first_responder") in ("yes", "no"):
            if not cleaned.get("first_responder_source"):
                self.add_error("first_responder_source", _("Say where you found this, or choose “not checked yet”."))
            if not cleaned.get("first_responder_checked_on") and "first_responder_checked_on" not in self.errors:
                self.add_error("first_responder_checked_on", _("Enter the day on which you checked."))
        return cleaned


class DomainForm(forms.Form):
    """An e-mail domain whose addresses may join."""

    domain = forms.CharField(
        label=_("E-mail domain"),
        help_text=_("The part of an address after the @, for example riverside.gov.uk."),
        max_length=253,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}),
        error_messages={"required": _("Enter the part of the address after the @.")},
    )
    needs_approval = forms.BooleanField(
        label=_("A lead says yes to each person"),
        help_text=_("Tick this if people outside your organisation have addresses of this domain too."),
        required=False,
    )

    def clean_domain(self) -> str:
        domain = self.cleaned_data["domain"].rsplit("@", 1)[-1].strip(". ").lower()
        try:
            validate_email(f"somebody@{domain}")
        except ValidationError as error:
            raise ValidationError(_("Enter a domain like riverside.gov.uk, without spaces.")) from error
        return domain


# --- headcounts -----------------------------------------------------------------------------------
class HeadcountForm(forms.Form):
    """How many people there are."""

    role: forms.ModelChoiceField[Role] = forms.ModelChoiceField(
        label=_("Who was counted?"),
        queryset=Role.objects.filter(is_active=True),
        empty_label=_("Everybody in the organisation"),
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("Who work here as"),
        choices=[("", _("Everybody, of every kind")), *labels(Membership.Kind)],
        required=False,
    )
    people = forms.IntegerField(
        label=_("How many people?"),
        help_text=_("Count people, not posts or hours."),
        min_value=0,
        max_value=1_000_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-5", "autocomplete": "off"}),
        error_messages={
            "required": _("Enter how many people there are."),
            "invalid": _("Enter a whole number, such as 120."),
            "min_value": _("Enter 0 or more."),
            "max_value": _("Enter a smaller number."),
        },
    )
    counted_on = DayField(label=_("Counted on"))
    source = forms.CharField(
        label=_("Where does the number come from?"),
        help_text=_("For example, payroll or the staff list."),
        max_length=200,
        error_messages={"required": _("Say where the number comes from.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit_day(self, "counted_on", latest=today, initial=today)


# --- roles ----------------------------------------------------------------------------------------
class AreaForm(forms.Form):
    """The name of an area."""

    name = PlaceNameField(
        label=_("Name"),
        help_text=_("For example, the name of a borough or a district."),
        max_length=120,
        error_messages={"required": _("Enter the name of the area.")},
    )


class RoleForm(forms.Form):
    """The name of a role, in English and perhaps in other languages."""

    def __init__(self, *args: Any, role: Role | None = None, **kwargs: Any) -> None:
        self.role = role
        super().__init__(*args, **kwargs)
        for code, language in settings.LANGUAGES:
            self.fields[f"name_{code}"] = PlaceNameField(
                label=_("Name in English") if code == "en" else language,
                max_length=120,
                required=code == "en",
                initial=getattr(role, f"name_{code}", "") or "",
                widget=forms.TextInput(attrs={"lang": code, "dir": "rtl" if code in ("ar", "fa") else "ltr"}),
                error_messages={"required": _("Enter the name in English.")},
            )

    def clean_name_en(self) -> str:
        name = str(self.cleaned_data["name_en"])
        others = Role.objects.filter(name_en__iexact=name)
        if self.role:
            others = others.exclude(pk=self.role.pk)
        if others.exists():
            raise ValidationError(_("There is already a role with this name."))
        return name

    def names(self) -> dict[str, str]:
        """The name by language code; an empty one is not translated yet."""
        return {code: self.cleaned_data[f"name_{code}"] for code, _language in settings.LANGUAGES}

    @property
    def english(self) -> forms.BoundField:
        """The one name that must be there."""
        return self["name_en"]

    @property
    def others(self) -> list[forms.BoundField]:
        """The names in other languages."""
        return [self[f"name_{code}"] for code, _language in settings.LANGUAGES if code != "en"]


# --- appointments ---------------------------------------------------------------------------------
class AppointLeadForm(forms.Form):
    """Who is to lead one organisation, or a unit of it, known by address."""

    email = forms.EmailField(
        label=_("Their e-mail address"),
        help_text=_("The address they sign in with, or their work address."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Enter an e-mail address."),
            "invalid": _("Enter an e-mail address like name@example.org."),
        },
    )
    started_on = DayField(label=_("From"))

    def __init__(
        self,
        *args: Any,
        today: date,
        organisation: Organisation | None = None,
        kind: str = Appointment.Kind.ORGANISATION_LEAD,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.led, self.led_as = organisation, kind
        limit_day(self, "started_on", earliest=today, latest=today + timedelta(days=366), initial=today)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        return {**cleaned, "kind": self.led_as, "organisation": self.led}

    def words_for_nobody(self) -> str:
        """One answer for every address that finds nobody, so that it tells nothing about anybody."""
        return str(_("We cannot find one person with this address there. Check it, or invite the person first."))


class AppointForm(AppointLeadForm):
    """Who is to be what in a partnership."""

    kind = forms.ChoiceField(
        label=_("Appoint as"),
        choices=[
            (Appointment.Kind.TRAINER, _("Trainer: writes modules and keeps them up to date")),
            (Appointment.Kind.REVIEWER, _("Reviewer: checks modules before anybody sees them")),
            (
                Appointment.Kind.ORGANISATION_LEAD,
                _("Organisation lead: sees and helps the people of one organisation"),
            ),
            (Appointment.Kind.PARTNERSHIP_LEAD, _("Partnership lead: looks after all the organisations")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what to appoint them as.")},
    )
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        help_text=_("Only for an organisation lead."),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose an organisation"),
        required=False,
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages they write in"),
        help_text=_(
            "Only for a trainer. Choose none for every language. Who writes in other languages than English only "
            "translates: they change nothing in English."
        ),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    field_order = ("email", "kind", "organisation", "languages", "started_on")

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "organisation", organisations)

    def clean(self) -> dict[str, Any]:
        cleaned = forms.Form.clean(self) or self.cleaned_data
        if cleaned.get("kind") == Appointment.Kind.ORGANISATION_LEAD:
            if not cleaned.get("organisation") and "organisation" not in self.errors:
                self.add_error("organisation", _("Choose which organisation they lead."))
        else:
            cleaned["organisation"] = None
        if cleaned.get("kind") != Appointment.Kind.TRAINER:
            cleaned["languages"] = []
        return cleaned


class EndAppointmentForm(forms.Form):
    """The day on which an appointment ends."""

    on = DayField(label=_("Ends on"), help_text=_("From this day on they can no longer do it. Today means at once."))

    def __init__(self, *args: Any, appointment: Appointment, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        latest = today + timedelta(days=366)
        limit_day(
            self, "on", earliest=appointment.started_on, latest=latest, initial=max(today, appointment.started_on)
        )
