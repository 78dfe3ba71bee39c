"""Writes what is required of whom. A version is never edited: a change ends it and starts the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.models import ModulePage
from organisations.actions.turns import hold_partnership, hold_reach_of
from organisations.audit import write_log
from organisations.clock import day_of
from organisations.models import Membership, Organisation, Partnership, User
from records.actions.standing import rebuild_standing_of_organisations
from records.models import Requirement, RequirementVersion
from records.terms import Terms, TermsValues

#: The code of a refusal where the same is required already.
SAME = "same"


@transaction.atomic
def create_requirement(
    *,
    module: ModulePage,
    effective_from: date,
    by: User | None,
    partnership: Partnership | None = None,
    organisation: Organisation | None = None,
    **terms: Unpack[TermsValues],
) -> Requirement:
    """Requires a module from a day on, and brings standing up to date.

    Refuses (ValidationError) two owners or none, nobody to require it of, unknown kinds, numbers out of range, and the
    same for the second time.
    """
    if (partnership is None) == (organisation is None):
        raise ValidationError(_("Say who requires it: one partnership or one organisation."))
    checked = _checked(Terms(**terms), effective_from)
    _refuse_the_same(partnership or organisation, module, checked, effective_from)
    requirement = Requirement.objects.create(
        partnership=partnership,
        organisation=organisation,
        module=module,
        module_key=module.translation_key,
        module_title=module.title,
        created_by=by,
    )
    _start_version(requirement, checked, number=1, effective_from=effective_from, by=by)
    write_log(requirement, "records.require", by, effective_from=effective_from.isoformat())
    rebuild_standing_of_organisations(organisations_under(requirement), [requirement.module_key])
    return requirement


@transaction.atomic
def create_requirements(
    *,
    modules: Sequence[ModulePage],
    effective_from: date,
    by: User | None,
    partnership: Partnership | None = None,
    organisation: Organisation | None = None,
    **terms: Unpack[TermsValues],
) -> list[Requirement]:
    """Requires each of these modules in the same way, all or none; what is required so already stays as it is.

    Refuses what `create_requirement` refuses, and where nothing would be new.
    """
    made = []
    for module in modules:
        try:
            made.append(
                create_requirement(
                    module=module,
                    effective_from=effective_from,
                    by=by,
                    partnership=partnership,
                    organisation=organisation,
                    **terms,
                )
            )
        except ValidationError as refusal:
            if getattr(refusal, "code", "") != SAME or (module is modules[-1] and not made):
                raise
    return made


@transaction.atomic
def change_requirement(
    *,
    requirement: Requirement,
    effective_from: date,
    by: User | None,
    at: datetime | None = None,
    **terms: Unpack[TermsValues],
) -> RequirementVersion:
    """Ends the version in force on the day before and starts the next; days that have passed keep their version.

    Refuses (ValidationError) a day before today, a requirement that has ended, and what `create_requirement` refuses.
    """
    requirement = _held(requirement)
    _refuse_the_past(effective_from, at)
    _refuse_ended(requirement, effective_from - timedelta(days=1))
    checked = _checked(Terms(**terms), effective_from)
    begins = requirement.versions.order_by("number").values_list("effective_from", flat=True).first()
    if begins and effective_from < begins:
        message = _("It is not required before %(day)s. Choose that day or a later one.")
        raise ValidationError({"effective_from": message % {"day": date_format(begins)}})
    _withdraw_after(requirement, effective_from - timedelta(days=1))
    last = requirement.versions.order_by("-number").first()
    version = _start_version(
        requirement, checked, number=last.number + 1 if last else 1, effective_from=effective_from, by=by
    )
    write_log(requirement, "records.change_requirement", by, effective_from=effective_from.isoformat())
    rebuild_standing_of_organisations(organisations_under(requirement), [requirement.module_key])
    return version


@transaction.atomic
def end_requirement(*, requirement: Requirement, on: date, by: User | None, at: datetime | None = None) -> None:
    """Makes `on` the last day on which it is required; what has not begun by then is withdrawn as if never made.

    Refuses (ValidationError) a day before today, and a requirement that has ended.
    """
    requirement = _held(requirement)
    _refuse_the_past(on, at)
    _refuse_ended(requirement, on)
    write_log(requirement, "records.end_requirement", by, on=on.isoformat())
    _withdraw_after(requirement, on)
    if requirement.versions.exists():
        rebuild_standing_of_organisations(organisations_under(requirement), [requirement.module_key])
    else:
        # Its rows of standing went with its versions.
        requirement.delete()


def _held(requirement: Requirement) -> Requirement:
    """The requirement as it is now, held with everybody whom it may concern; no organisation joins meanwhile."""
    requirement = Requirement.objects.select_for_update().get(pk=requirement.pk)
    if requirement.partnership_id is not None:
        hold_partnership(requirement.partnership_id)
    hold_reach_of(organisations_under(requirement))
    return requirement


def organisations_under(requirement: Requirement) -> list[int]:
    """Every organisation whose people it may concern on some day."""
    if requirement.organisation_id:
        return [requirement.organisation_id]
    assert requirement.partnership is not None
    places = requirement.partnership.organisation_memberships.values_list("organisation_id", flat=True)
    return list(places.distinct())


def _checked(terms: Terms, effective_from: date) -> Terms:
    if not terms.is_for_all_roles and not terms.roles:
        raise ValidationError({"roles": _("Choose at least one role, or everyone.")})
    if unknown := set(terms.kinds) - set(Membership.Kind.values):
        raise ValidationError({"kinds": _("There is no kind “%(kind)s”.") % {"kind": sorted(unknown)[0]}})
    if terms.due_by is not None and terms.due_by < effective_from:
        raise ValidationError(
            {"due_by": _("Nobody can be late before it begins. Choose the first day or a later one.")}
        )
    is_fixed = terms.base == RequirementVersion.Base.FIXED
    if is_fixed and not (terms.fixed_on and terms.valid_for_months):
        raise ValidationError({"fixed_on": _("Give the day, and for how many months it is valid.")})
    # Every kind chosen is no choice at all: a kind added later would belong too.
    kinds = () if set(terms.kinds) == set(Membership.Kind.values) else tuple(sorted(set(terms.kinds)))
    return replace(
        terms,
        kinds=kinds,
        roles=() if terms.is_for_all_roles else terms.roles,
        fixed_on=terms.fixed_on if is_fixed else None,
    )


def _refuse_the_same(
    owner: Partnership | Organisation | None, module: ModulePage, terms: Terms, effective_from: date
) -> None:
    assert owner is not None
    # Of two who press at once the second finds what the first has made.
    if isinstance(owner, Partnership):
        hold_partnership(owner.pk)
    else:
        hold_reach_of([owner.pk])
    versions = RequirementVersion.objects.filter(
        requirement__in=owner.requirements.filter(module_key=module.translation_key),
        effective_from=effective_from,
        effective_to__isnull=True,
    )
    asked = replace(terms, roles=frozenset(terms.roles))
    for each in map(Terms.of, versions.prefetch_related("roles")):
        if replace(each, roles=frozenset(each.roles)) == asked:
            raise ValidationError(_("The same is required already. Nothing was changed."), code=SAME)


def _start_version(
    requirement: Requirement, terms: Terms, *, number: int, effective_from: date, by: User | None
) -> RequirementVersion:
    version = RequirementVersion(
        requirement=requirement,
        number=number,
        effective_from=effective_from,
        is_for_all_roles=terms.is_for_all_roles,
        kinds=list(terms.kinds),
        due_days=terms.due_days,
        due_by=terms.due_by,
        valid_for_months=terms.valid_for_months,
        window_days=terms.window_days,
        base=terms.base,
        fixed_on=terms.fixed_on,
        created_by=by,
    )
    version.full_clean(exclude=["created_by"])
    version.save()
    version.roles.set(terms.roles)
    return version


def _withdraw_after(requirement: Requirement, last_day: date) -> None:
    """Leaves nothing in force after the day; a version that would only begin then goes without a trace but the log."""
    requirement.versions.filter(effective_from__gt=last_day).delete()
    requirement.versions.filter(effective_to__isnull=True).update(effective_to=last_day)
    requirement.versions.filter(effective_to__gt=last_day).update(effective_to=last_day)


def _refuse_the_past(day: date, at: datetime | None) -> None:
    if day < day_of(at or timezone.now()):
        raise ValidationError(_("Days that have passed keep what was required then. Choose today or a later day."))


def _refuse_ended(requirement: Requirement, last_day: date) -> None:
    if (
        not requirement.versions.filter(effective_to__isnull=True).exists()
        and not requirement.versions.filter(effective_to__gt=last_day).exists()
    ):
        raise ValidationError(_("This is no longer required. You can require the module again."))
