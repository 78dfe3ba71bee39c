"""Keeps standing up to date in the transaction of whatever changed it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.utils import timezone

from courses.models import Edition
from organisations.models import Membership, Organisation, User
from records.actions.attendance import match_held_attendances
from records.actions.came_back import note_came_back
from records.actions.certificates import replace_certificates
from records.actions.merging import hold_work, join_work, part_work
from records.actions.standing import (
    rebuild_standing_of_module,
    rebuild_standing_of_organisations,
    rebuild_standing_of_people,
)
from records.actions.waivers import carry_waivers_over
from records.models import Completion


def on_membership_changed(sender: object, *, membership: Membership, **kwargs: object) -> None:
    """A membership or its time away began, ended or changed."""
    rebuild_standing_of_people([membership.person_id])


def on_memberships_changed(sender: object, *, person_ids: Collection[int], **kwargs: object) -> None:
    """Memberships of many people changed at once."""
    rebuild_standing_of_people(person_ids)


def on_memberships_went_on(sender: object, *, following: Mapping[int, int], on: date, **kwargs: object) -> None:
    """Memberships go on as others in the same role."""
    carry_waivers_over(following=following, on=on)


def on_partnership_membership_changed(sender: object, *, organisation: Organisation, **kwargs: object) -> None:
    """An organisation joined or left a partnership."""
    rebuild_standing_of_organisations([organisation.pk])


def on_person_renamed(sender: object, *, person: User, by: User, at: datetime, **kwargs: object) -> None:
    """A person is called otherwise: their certificates follow."""
    replace_certificates(person=person, by=by, at=at)


def on_address_proved(sender: object, *, email_address: EmailAddress, **kwargs: object) -> None:
    """A person has proved that an address is theirs: what was held under it is theirs too."""
    match_held_attendances(person=email_address.user, at=timezone.now())


def on_signed_in(sender: object, *, user: User, **kwargs: object) -> None:
    """A person came in, perhaps through their organisation, which vouches for their address."""
    match_held_attendances(person=user, at=timezone.now())


def on_completions_recorded(
    sender: object, *, person_ids: Collection[int], module_keys: Collection[UUID], **kwargs: object
) -> None:
    """Completions of many people were recorded at once."""
    rebuild_standing_of_people(person_ids, module_keys)


def on_people_about_to_merge(sender: object, *, person_ids: Collection[int], **kwargs: object) -> None:
    """Two people are about to become one, or to part."""
    hold_work(person_ids)


def on_people_merged(sender: object, *, kept: User, merged: User, by: User, at: datetime, **kwargs: object) -> None:
    """Two people have become one."""
    join_work(kept=kept, merged=merged, by=by, at=at)


def on_people_parted(
    sender: object, *, kept: User, merged: User, merged_at: datetime, by: User, at: datetime, **kwargs: object
) -> None:
    """They were not one after all."""
    part_work(kept=kept, merged=merged, merged_at=merged_at, by=by, at=at)


def on_edition_published(sender: object, *, edition: Edition, **kwargs: object) -> None:
    """A module has a new edition, which perhaps must be learned again."""
    if edition.is_refreshing:
        rebuild_standing_of_module(edition.module_key)


def on_refresher_called_off(sender: object, *, edition: Edition, **kwargs: object) -> None:
    """An edition need not be learned again after all."""
    rebuild_standing_of_module(edition.module_key)


def on_completion_changed(sender: object, *, completion: Completion, **kwargs: object) -> None:
    """A completion was recorded or voided."""
    rebuild_standing_of_people([completion.person_id], [completion.module_key])


def on_letter_came_back(
    sender: object, *, kind: str, about: Collection[int], why: str, at: datetime, **kwargs: object
) -> None:
    """A mail server says that a letter did not arrive."""
    note_came_back(kind=kind, about=about, why=why, at=at)
