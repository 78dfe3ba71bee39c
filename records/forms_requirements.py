"""What leads fill in to require a module. Forms check; actions write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from courses.models import ModulePage
from organisations.forms_leads import LIMITS, DayField, SeveralField, labels, limit_day, offer
from organisations.models import Membership, Role
from records.access_requirements import Owner
from records.forms_modules import CourseField, ModuleField, modules_in_use
from records.models import RequirementVersion
from records.terms import TermsValues

EVERYONE, SOME_ROLES = "everyone", "roles"


class TermsForm(forms.Form):
    """Of whom, by when, for how long and from which day."""

    who = forms.ChoiceField(
        label=_("Who must take it?"),
        choices=[(EVERYONE, _("Everyone")), (SOME_ROLES, _("People in some roles"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who must take it.")},
    )
    roles: forms.ModelMultipleChoiceField = SeveralField(
        label=_("Which roles?"),
        help_text=_("Only if you chose some roles."),
        queryset=Role.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    kinds = forms.MultipleChoiceField(
        label=_("Only people who work there as"),
        help_text=_("Leave all of them empty if it does not matter."),
        choices=labels(Membership.Kind),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    due_days = forms.IntegerField(
        label=_("How many days do they have?"),
        help_text=_("Counted from the day they start, or from the first day below if that is later."),
        initial=30,
        validators=[MinValueValidator(0), MaxValueValidator(730)],
        error_messages={
            "required": _("Enter a number of days."),
            "invalid": _("Enter a whole number of days."),
            **LIMITS,
        },
    )
    due_by = DayField(
        label=_("Or is there one day for all? (optional)"),
        help_text=_(
            "Whoever is there from the beginning has until this day. Who starts later has the number of days above, "
            "and never less than until this day."
        ),
        required=False,
    )
    valid_for_months = forms.IntegerField(
        label=_("For how many months is it valid? (optional)"),
        help_text=_("After that they take it again. Leave this empty if once is enough."),
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        error_messages={"invalid": _("Enter a whole number of months, or leave it empty."), **LIMITS},
    )
    base = forms.ChoiceField(
        label=_("From when does the next time count?"),
        choices=[
            (RequirementVersion.Base.EXPIRY, _("From the old end, when it is renewed shortly before")),
            (RequirementVersion.Base.COMPLETION, _("From the day it was taken")),
            (RequirementVersion.Base.FIXED, _("From a fixed day that is the same for everybody")),
        ],
        initial=RequirementVersion.Base.EXPIRY,
        widget=forms.RadioSelect,
    )
    window_days = forms.IntegerField(
        label=_("How many days before the end may it be renewed?"),
        help_text=_("Whoever renews in these days loses none of the time that was left."),
        initial=60,
        validators=[MinValueValidator(0), MaxValueValidator(730)],
        error_messages={
            "required": _("Enter a number of days."),
            "invalid": _("Enter a whole number of days."),
            **LIMITS,
        },
    )
    fixed_on = DayField(
        label=_("Which fixed day?"),
        help_text=_("Only if you chose a fixed day. For example 31 March."),
        required=False,
    )
    effective_from = DayField(
        label=_("From which day?"),
        help_text=_("Days that have passed cannot be changed. Nobody is overdue on the first day."),
    )

    field_order = [
        *("owner", "module", "course", "who", "roles", "kinds", "due_days", "due_by"),
        *("valid_for_months", "base", "window_days", "fixed_on", "effective_from"),
    ]

    def __init__(self, *args: Any, today: date, keep: Sequence[Role] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(
            self, "roles", Role.objects.filter(is_active=True) | Role.objects.filter(pk__in=[each.pk for each in keep])
        )
        limit_day(self, "effective_from", earliest=today, initial=today)

    def clean(self) -> dict[str, Any]:
        """Refuses some roles of which none is ticked."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("who") == SOME_ROLES and not cleaned.get("roles"):
            self.add_error("roles", _("Choose at least one role, or choose everyone."))
        due_by, begins = cleaned.get("due_by"), cleaned.get("effective_from")
        if due_by and begins and due_by < begins:
            self.add_error("due_by", _("Nobody can be late before it begins. Choose the first day or a later one."))
        if cleaned.get("base") == RequirementVersion.Base.FIXED:
            if not cleaned.get("fixed_on"):
                self.add_error("fixed_on", _("Give the fixed day, or choose another way to count."))
            if not cleaned.get("valid_for_months") and "valid_for_months" not in self.errors:
                self.add_error("valid_for_months", _("Give the number of months from one fixed day to the next."))
        return cleaned

    def terms(self) -> TermsValues:
        """What the actions take."""
        values = self.cleaned_data
        is_for_all_roles = values["who"] == EVERYONE
        return {
            "roles": [] if is_for_all_roles else list(values["roles"]),
            "is_for_all_roles": is_for_all_roles,
            "kinds": values["kinds"],
            "due_days": values["due_days"],
            "due_by": values["due_by"],
            "valid_for_months": values["valid_for_months"],
            "window_days": values["window_days"],
            "base": values["base"],
            "fixed_on": values["fixed_on"] if values["base"] == RequirementVersion.Base.FIXED else None,
        }


class RequirementForm(TermsForm):
    """The same for a module, or each module of a course, in the name of whom the lead leads."""

    owner = forms.ChoiceField(label=_("Who requires it?"), error_messages={"required": _("Choose who requires it.")})
    module = ModuleField(label=_("Module"), required=False)
    course = CourseField(
        label=_("Or a whole course"),
        help_text=_("Each of its modules is then required in the same way, and can be changed by itself."),
        required=False,
    )

    def __init__(self, *args: Any, owners: Sequence[Owner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners = {owner.key: owner for owner in owners}
        field = self.fields["owner"]
        field.choices = [(key, str(owner)) for key, owner in self.owners.items()]  # type: ignore[attr-defined]
        field.initial = next(iter(self.owners))
        if len(self.owners) == 1:
            field.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Refuses neither a module nor a course, both, and a course without a module in use."""
        cleaned = super().clean()
        module, course = cleaned.get("module"), cleaned.get("course")
        if module and course:
            self.add_error("course", _("Choose a module or a course, not both."))
        elif course and not self.modules:
            self.add_error("course", _("This course has no module in use yet."))
        elif not module and not course and not {"module", "course"} & self.errors.keys():
            self.add_error("module", _("Choose a module. Or choose a course below."))
        return cleaned

    @property
    def modules(self) -> list[ModulePage]:
        """What is required: one module, or each of the course in its order."""
        course = self.cleaned_data.get("course")
        return list(modules_in_use(course).order_by("path")) if course else [self.cleaned_data["module"]]

    @property
    def chosen_owner(self) -> Owner:
        """Who was chosen."""
        return self.owners[self.cleaned_data["owner"]]


class EndForm(forms.Form):
    """The last day of a requirement."""

    on = DayField(label=_("Last day"), help_text=_("After this day it is no longer required."))

    def __init__(self, *args: Any, earliest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit_day(self, "on", earliest=earliest, initial=earliest)


def initial_of(version: RequirementVersion) -> dict[str, Any]:
    """A version as the values of the form."""
    return {
        "who": EVERYONE if version.is_for_all_roles else SOME_ROLES,
        "roles": list(version.roles.all()),
        "kinds": version.kinds,
        "due_days": version.due_days,
        "due_by": version.due_by,
        "valid_for_months": version.valid_for_months,
        "window_days": version.window_days,
        "base": version.base,
        "fixed_on": version.fixed_on,
    }
