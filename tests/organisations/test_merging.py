"""Two entries that are one person: put together by a lead or by the person, read as one, and taken apart."""

from __future__ import annotations

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from organisations.actions import ask_to_link, link_accounts, merge_people, rename_person, undo_merge
from organisations.mail import link_token
from organisations.models import Membership, Merge, User
from organisations.parts import Part
from organisations.selectors import active_memberships_of, member_by_staff_number
from organisations.selectors_lead_merging import people_alike
from organisations.selectors_leads import count_people, role_counts
from privacy.selectors.people import ids_of
from records.access import get_certificate_for, get_enrolment_for
from records.actions.learning import mark_lesson_done, start_module
from records.actions.requirements import create_requirement
from records.actions.standing import rebuild_standing
from records.models import Enrolment, Standing
from records.selectors.expected_standing import batches_of_people, standing_differences
from records.selectors.learning import learnings_of
from records.selectors.record import record_at, record_of
from tests.factories.courses import lesson_pages, make_module
from tests.factories.organisations import (
    AppointmentFactory,
    MembershipFactory,
    RoleFactory,
    UserFactory,
)
from tests.factories.records import CertificateFactory, CompletionFactory, CompletionMembershipFactory
from tests.organisations.lead_world import Kind, member_of, page, queries_of, sign_in

TODAY = date(2026, 11, 21)


@pytest.fixture
def twin(world):
    """Mina again, as a file brought her: without e-mail, in the same role."""
    person = UserFactory(name="Mina Member", email="")
    return MembershipFactory(person=person, organisation=world.ours, role=world.role, staff_number="77")


def together(world, twin) -> Merge:
    return merge_people(
        kept=world.member.person, merged=twin.person, organisation=world.ours, by=world.lead, at=timezone.now()
    )


def is_as_expected() -> bool:
    return not any(standing_differences(batch) for batch in batches_of_people())


class TestByALead:
    def test_they_count_once_and_apart_again_twice(self, world, twin):
        before = count_people(world.ours, TODAY)
        merge = together(world, twin)
        assert count_people(world.ours, TODAY) == before - 1
        assert sum(each.registered for each in role_counts(Part(world.ours), TODAY)) == before - 1
        names = sign_in(world.lead).get(page("people", "riverside")).content.decode()
        assert names.count("Mina Member</bdi></a>") == 1
        undo_merge(merge=merge, by=world.lead, at=timezone.now())
        assert count_people(world.ours, TODAY) == before
        twin.person.refresh_from_db()
        assert (twin.person.merged_into, twin.person.is_active) == (None, True)

    def test_a_place_of_another_role_is_listed_under_the_name_that_goes_on(self, world):
        other = member_of(world.ours, RoleFactory(name="Driver"), name="Wilhelmina M.")
        together(world, other)
        text = sign_in(world.lead).get(page("people", "riverside")).content.decode()
        assert text.count("Mina Member</bdi></a>") == 2
        assert "Wilhelmina" not in text
        assert "Mina Member" in sign_in(world.lead).get(page("person", "riverside", other.pk)).content.decode()

    def test_records_are_read_as_one_and_apart_again(self, world, twin):
        completion = CompletionFactory(person=twin.person, title="Seeing it")
        CompletionMembershipFactory(completion=completion, membership=twin)
        certificate = CertificateFactory(completion=completion)
        merge, mina = together(world, twin), world.member.person
        assert [line.title.text for line in record_of(mina, TODAY).lines] == ["Seeing it"]
        assert [line.title.text for line in record_at(world.member, TODAY)] == ["Seeing it"]
        assert get_certificate_for(mina, certificate.code) == certificate
        assert ids_of(mina) == [mina.pk, twin.person.pk]
        rename_person(person=mina, name="Mina Married", by=mina, at=timezone.now())
        certificate.refresh_from_db()
        assert certificate.superseded_by.payload["name"] == "Mina Married"
        undo_merge(merge=merge, by=world.lead, at=timezone.now())
        assert not record_of(mina, TODAY).lines
        apart = record_of(User.objects.get(pk=twin.person.pk), TODAY)
        assert [line.title.text for line in apart.lines] == ["Seeing it"]

    def test_standing_follows_at_once_and_back(self, world, twin):
        module = make_module()
        create_requirement(
            module=module,
            partnership=world.partnership,
            by=world.partnership_lead,
            effective_from=date(2026, 1, 5),
            is_for_all_roles=True,
        )
        CompletionFactory(person=twin.person, module=module, completed_on=date(2026, 11, 2))
        rebuild_standing()
        mina = world.member.person

        def current(person) -> int:
            rows = Standing.objects.filter(person=person, satisfied_from__lte=TODAY)
            return rows.values("module_key").distinct().count()

        assert (current(mina), current(twin.person)) == (0, 1)
        merge = together(world, twin)
        assert (current(mina), current(twin.person)) == (1, 0)
        assert is_as_expected()
        undo_merge(merge=merge, by=world.lead, at=timezone.now())
        assert (current(mina), current(twin.person)) == (0, 1)
        assert is_as_expected()

    def test_the_work_that_is_further_goes_on_whoever_began_it(self, world, twin):
        module = make_module()
        first = lesson_pages(module)[0]
        mina, at = world.member.person, timezone.now()
        short = start_module(person=mina, module=module, at=at)
        further = start_module(person=twin.person, module=module, at=at)
        mark_lesson_done(enrolment=further, lesson_key=first.lesson_key, at=at)
        merge = together(world, twin)
        assert [each.enrolment_id for each in learnings_of(mina, (), only_open=True)] == [further.pk]
        assert get_enrolment_for(mina, module.module_key) == further
        assert start_module(person=mina, module=module, at=at) == further
        short.refresh_from_db()
        assert (short.state, short.close_reason) == (Enrolment.State.CLOSED, "merged")
        undo_merge(merge=merge, by=world.lead, at=timezone.now())
        short.refresh_from_db()
        assert short.state == Enrolment.State.OPEN
        assert get_enrolment_for(mina, module.module_key) == short

    def test_the_other_account_lets_nobody_in(self, world, django_capture_on_commit_callbacks):
        other = member_of(world.ours, RoleFactory(), name="Mina M")
        client = sign_in(other.person)
        with django_capture_on_commit_callbacks(execute=True):
            together(world, other)
        assert client.get(page("account")).status_code == 302
        assert other.person.email in {to for letter in mail.outbox for to in letter.to}

    def test_a_staff_number_that_went_in_opens_nothing(self, world, twin):
        assert member_by_staff_number("riverside", "77", TODAY) == twin
        together(world, twin)
        assert member_by_staff_number("riverside", "77", TODAY) is None

    @pytest.mark.parametrize("who", ["partnership_lead", "their_lead", "foreign_lead"])
    def test_others_may_not(self, world, twin, who):
        with pytest.raises(PermissionDenied):
            merge_people(
                kept=world.member.person,
                merged=twin.person,
                organisation=world.ours,
                by=getattr(world, who),
                at=timezone.now(),
            )

    def test_nobody_puts_somebody_into_themselves(self, world, twin):
        with pytest.raises(PermissionDenied):
            merge_people(
                kept=world.lead, merged=twin.person, organisation=world.ours, by=world.lead, at=timezone.now()
            )

    def test_somebody_of_another_organisation_decides_for_themselves(self, world, twin):
        MembershipFactory(person=twin.person, organisation=world.theirs, role=world.role)
        with pytest.raises(ValidationError, match="Another organisation knows"):
            together(world, twin)
        text = sign_in(world.lead).get(page("person_merge", "riverside", world.member.pk, twin.pk)).content.decode()
        assert "Another organisation knows" in text

    def test_who_may_do_more_goes_on(self, world, twin):
        AppointmentFactory(person=twin.person, kind=Kind.ORGANISATION_LEAD, organisation=world.theirs)
        with pytest.raises(ValidationError, match="appointment"):
            together(world, twin)

    def test_no_chains(self, world, twin):
        together(world, twin)
        third = member_of(world.ours, world.role, name="Third")
        for kept, merged in ((third.person, world.member.person), (twin.person, third.person)):
            with pytest.raises(ValidationError):
                merge_people(kept=kept, merged=merged, organisation=world.ours, by=world.lead, at=timezone.now())

    def test_undone_once(self, world, twin):
        merge = together(world, twin)
        undo_merge(merge=merge, by=world.lead, at=timezone.now())
        with pytest.raises(ValidationError, match="undone already"):
            undo_merge(merge=merge, by=world.lead, at=timezone.now())
        with pytest.raises(PermissionDenied):
            undo_merge(merge=merge, by=world.their_lead, at=timezone.now())


class TestSuggestions:
    def test_by_number_and_name_never_by_itself(self, world, twin):
        member_of(world.ours, world.role, name="Someone Else", staff_number="77")
        member_of(world.ours, world.role, name="M. Member")
        member_of(world.theirs, world.role, name="Mina Member")
        member_of(world.ours, world.role, name="Nobody Alike")
        found = {str(each.membership.person): each.reasons for each in people_alike(twin, [world.ours.pk])}
        assert found == {
            "Mina Member": ("The same name.",),
            "Someone Else": ("The same staff number.",),
            "M. Member": ("A similar name.",),
        }
        assert not Merge.objects.exists()

    def test_the_pages_from_the_question_to_the_undoing(self, world, twin):
        client = sign_in(world.lead)
        text = client.get(page("person_twice", "riverside", twin.pk)).content.decode()
        address = page("person_merge", "riverside", world.member.pk, twin.pk)
        assert address in text
        found = client.post(
            page("person_twice", "riverside", twin.pk), {"name": "ina mem"}, follow=True
        ).content.decode()
        assert address in found
        assert "What happens" in client.get(address).content.decode()
        assert not Merge.objects.exists()
        assert client.post(address, follow=True).status_code == 200
        merge = Merge.objects.get()
        text = client.get(page("person", "riverside", world.member.pk)).content.decode()
        part = page("person_part", "riverside", world.member.pk, merge.pk)
        assert part in text
        assert "apart?" in client.get(part).content.decode()
        client.post(part)
        merge.refresh_from_db()
        assert merge.undone_by == world.lead
        assert client.post(part).status_code == 404

    def test_a_fixed_number_of_queries(self, world, twin):
        address = page("person_twice", "riverside", twin.pk)
        few = len(queries_of(world.lead, address))
        for number in range(12):
            member_of(world.ours, world.role, name=f"Mina{number} Member")
        assert len(queries_of(world.lead, address)) == few


class TestByThePerson:
    def test_the_letter_goes_to_the_other_mailbox_and_opening_it_changes_nothing(
        self, world, django_capture_on_commit_callbacks
    ):
        mina, other = world.member.person, member_of(world.foreign, world.role, name="Mina Far").person
        client = sign_in(mina)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(page("link"), {"email": other.email.upper()})
        assert mail.outbox[-1].to == [other.email]
        address = page("link_confirm", link_token(address_pk=other.emailaddress_set.get().pk, person_pk=mina.pk))
        assert address.rsplit("/", 2)[0].removeprefix("/en") in mail.outbox[-1].body
        assert "Both are mine" in client.get(address).content.decode()
        assert not Merge.objects.exists()
        assert client.post(address).status_code == 302
        mina.refresh_from_db()
        assert {each.organisation for each in active_memberships_of(mina, TODAY)} == {world.ours, world.foreign}
        assert set(EmailAddress.objects.filter(user=mina).values_list("email", flat=True)) == {mina.email, other.email}
        assert "nothing left to do" in client.get(address).content.decode()
        # Each employer goes on to see its own place only.
        seen = sign_in(world.lead).get(page("person", "riverside", world.member.pk)).content.decode()
        assert "Far Trust" not in seen

    def test_no_difference_for_an_address_that_nobody_has(self, world):
        client = sign_in(world.member.person)
        answers = []
        for email in (world.their_lead.email, "nobody@example.org"):
            response = client.post(page("link"), {"email": email}, follow=True)
            answers.append([str(message) for message in response.context["messages"]])
        assert answers[0] == answers[1]

    def test_the_link_is_nothing_in_other_hands(self, world):
        mina, other = world.member.person, member_of(world.foreign, world.role).person
        token = link_token(address_pk=other.emailaddress_set.get().pk, person_pk=mina.pk)
        for person in (other, world.lead):
            client = sign_in(person)
            assert "does not work here" in client.get(page("link_confirm", token)).content.decode()
            assert client.post(page("link_confirm", token)).status_code == 404
        assert sign_in(mina).post(page("link_confirm", token + "x")).status_code == 404
        assert not Merge.objects.exists()

    def test_parting_gives_the_addresses_back(self, world):
        mina, other = world.member.person, member_of(world.foreign, world.role).person
        address = other.emailaddress_set.get()
        merge = link_accounts(kept=mina, address=address, at=timezone.now())
        client = sign_in(mina)
        assert page("link_part", merge.pk) in client.get(page("link")).content.decode()
        client.post(page("link_part", merge.pk))
        address.refresh_from_db()
        was, other = other.email, User.objects.get(pk=other.pk)
        assert (address.user, address.primary, other.email, other.is_active) == (other, True, was, True)

    def test_not_while_the_address_that_goes_back_is_the_main_one(self, world):
        mina, other = world.member.person, member_of(world.foreign, world.role).person
        address = other.emailaddress_set.get()
        merge = link_accounts(kept=mina, address=address, at=timezone.now())
        address.refresh_from_db()
        address.set_as_primary()
        with pytest.raises(ValidationError, match="main one"):
            undo_merge(merge=merge, by=User.objects.get(pk=mina.pk), at=timezone.now())

    def test_an_account_that_leads_is_never_brought_in(self, world):
        address = world.their_lead.emailaddress_set.get()
        with pytest.raises(ValidationError, match="appointment"):
            link_accounts(kept=world.member.person, address=address, at=timezone.now())

    def test_a_lead_who_brings_in_an_account_still_decides_nothing_about_it(self, world, twin):
        Membership.objects.filter(pk=twin.pk).update(role_confirmed_at=None)
        twin.person.email = "mina.two@example.org"
        twin.person.save()
        EmailAddress.objects.create(user=twin.person, email=twin.person.email, verified=True, primary=True)
        link_accounts(kept=world.lead, address=twin.person.emailaddress_set.get(), at=timezone.now())
        client = sign_in(world.lead)
        text = client.post(page("person_confirm", "riverside", twin.pk), follow=True).content.decode()
        assert "Somebody else must confirm your role" in text
        assert client.get(page("person_twice", "riverside", twin.pk)).status_code == 403

    def test_nothing_is_sent_for_ones_own_address(self, world):
        ask_to_link(person=world.member.person, email=world.member.person.email)
        assert not mail.outbox
