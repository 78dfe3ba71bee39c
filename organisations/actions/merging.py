"""Writes by which two rows of one person become one, and part again."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from organisations.access_merging import check_may_decide, refusal_as_lead
from organisations.actions.doors import end_sign_ins
from organisations.actions.turns import hold_people
from organisations.audit import write_log
from organisations.events import people_about_to_merge, people_merged, people_parted
from organisations.mail import send_link_letter, send_merged
from organisations.models import Merge, Organisation, User
from organisations.selectors_merging import refusal_of_merge


@transaction.atomic
def merge_people(*, kept: User, merged: User, organisation: Organisation, by: User, at: datetime) -> Merge:
    """A lead says that two of their people are one: records are read through the one that goes on.

    Nothing that was recorded is changed. The other account lets nobody in until this is undone; its addresses stay
    with it. Raises PermissionDenied for people whom the actor does not see by name and for oneself; ValidationError
    for people whom another organisation knows too, and for what `refusal_of_merge` refuses.
    """
    for person in (kept, merged):
        check_may_decide(by, person, organisation)
    if why := refusal_as_lead(by, kept, merged):
        raise ValidationError(why)
    kept, merged = _hold(kept, merged)
    if why := refusal_of_merge(kept, merged, at):
        raise ValidationError(why)
    return _merge(kept, merged, organisation, by, at)


@transaction.atomic
def ask_to_link(*, person: User, email: str) -> None:
    """Writes to the address of a person's other account how to bring it in; does nothing where there is none.

    Whoever asks is told the same either way, so that nobody can find out who has an account.
    """
    address = EmailAddress.objects.filter(email__iexact=email.strip(), verified=True).exclude(user=person.pk).first()
    if address is not None:
        send_link_letter(address_pk=address.pk, person_pk=person.pk)


@transaction.atomic
def link_accounts(*, kept: User, address: EmailAddress, at: datetime) -> Merge:
    """A person brings a second account of theirs in, whose address they have just proved; it then lets them in too.

    Raises ValidationError unless the one that goes on has a proved address itself, for what `refusal_of_merge`
    refuses, and where there would be more addresses than an account may have.
    """
    kept, merged = _hold(kept, address.user)
    if why := refusal_of_link(kept, merged, at):
        raise ValidationError(why)
    theirs = list(EmailAddress.objects.filter(user=merged).order_by("-primary", "pk"))
    EmailAddress.objects.filter(user=merged).update(user=kept, primary=False)
    merged.email = ""
    return _merge(kept, merged, None, kept, at, moved=[each.pk for each in theirs])


def refusal_of_link(kept: User, merged: User, at: datetime) -> str:
    """Why a person cannot bring the second account in, as a sentence; empty when they can."""
    if why := refusal_of_merge(kept, merged, at):
        return why
    own = EmailAddress.objects.filter(user=kept)
    if not own.filter(verified=True).exists():
        return _("Prove the e-mail address of this account first.")
    if own.count() + EmailAddress.objects.filter(user=merged).count() > settings.ACCOUNT_MAX_EMAIL_ADDRESSES:
        return _("Together the two accounts have too many e-mail addresses. Remove one first.")
    return ""


@transaction.atomic
def undo_merge(*, merge: Merge, by: User, at: datetime) -> Merge:
    """Parts two people again: the pointer goes, addresses go back, and the other account lets its owner in as before.

    Raises PermissionDenied for others than the person, where they did it, and the organisation's leads, where a lead
    did; ValidationError for one that was undone, for removed people, and while the main address is one that goes back.
    """
    if merge.organisation is None and not by.is_same_as(merge.kept):
        raise PermissionDenied(_("Only the person can part their two accounts."))
    if merge.organisation is not None:
        check_may_decide(by, merge.kept, merge.organisation)
    kept, merged = _hold(merge.kept, merge.merged)
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if merge.undone_at is not None:
        raise ValidationError(_("This was undone already. Nothing was changed."))
    if kept.erased_at or merged.erased_at:
        raise ValidationError(_("This person's details were removed. That cannot be undone."))
    _give_addresses_back(merge, kept, merged)
    merged.merged_into, merged.is_active = None, merge.was_active
    merged.save(update_fields=["merged_into", "is_active", "email"])
    merge.undone_at, merge.undone_by = at, by
    merge.save(update_fields=["undone_at", "undone_by"])
    write_log(kept, "organisations.undo_merge", by, merged=merged.pk)
    people_parted.send(sender=Merge, kept=kept, merged=merged, merged_at=merge.merged_at, by=by, at=at)
    return merge


def _give_addresses_back(merge: Merge, kept: User, merged: User) -> None:
    back = list(EmailAddress.objects.filter(pk__in=merge.moved_addresses, user=kept))
    if any(each.primary for each in back):
        raise ValidationError(_("Make another of your addresses the main one first."))
    EmailAddress.objects.filter(pk__in=[each.pk for each in back]).update(user=merged)
    main = next((each for each in back if each.pk == merge.moved_addresses[0]), None)
    if main is not None:
        EmailAddress.objects.filter(pk=main.pk).update(primary=True)
        merged.email = main.email


def _merge(
    kept: User,
    merged: User,
    organisation: Organisation | None,
    by: User,
    at: datetime,
    moved: list[int] | None = None,
) -> Merge:
    merge = Merge.objects.create(
        kept=kept,
        merged=merged,
        organisation=organisation,
        merged_by=by,
        merged_at=at,
        was_active=merged.is_active,
        moved_addresses=moved or [],
    )
    merged.merged_into, merged.is_active = kept, False
    merged.save(update_fields=["merged_into", "is_active", "email"])
    end_sign_ins(person=merged)
    write_log(kept, "organisations.merge", by, merged=merged.pk)
    people_merged.send(sender=Merge, kept=kept, merged=merged, by=by, at=at)
    send_merged(merge)
    return merge


def _hold(kept: User, merged: User) -> tuple[User, User]:
    """Both as they are now; whoever else merges one of them waits until this transaction ends."""
    pks = [kept.pk, merged.pk]
    people_about_to_merge.send(sender=Merge, person_ids=pks)
    rows = hold_people(pks)
    return rows[kept.pk], rows[merged.pk]
