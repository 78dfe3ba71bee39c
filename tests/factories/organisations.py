"""People and places for tests and for the demo."""

from __future__ import annotations

from datetime import date, timedelta

import factory
from allauth.account.models import EmailAddress
from django.utils import timezone
from factory.django import DjangoModelFactory

from organisations import actions
from organisations.models import (
    Appointment,
    Area,
    Away,
    FormerName,
    Headcount,
    Invitation,
    JoinRequest,
    Membership,
    NamesAgreement,
    Organisation,
    OrganisationDomain,
    Partnership,
    PartnershipMembership,
    Role,
    Unit,
    User,
)

STARTED_ON = date(2026, 1, 5)


class UserFactory(DjangoModelFactory):
    """A person who can sign in, with a proved address."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.org")

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        if extracted:
            self.set_password(extracted)
            self.save(update_fields=["password"])

    @factory.post_generation
    def verified(self, create, extracted, **kwargs):
        if create and self.email and extracted is not False:
            EmailAddressFactory(user=self)


class PartnershipFactory(DjangoModelFactory):
    """A partnership."""

    class Meta:
        model = Partnership

    name = factory.Sequence(lambda n: f"Partnership {n}")
    slug = factory.Sequence(lambda n: f"partnership-{n}")


class OrganisationFactory(DjangoModelFactory):
    """An organisation; give `partnership=` to put it in one from STARTED_ON."""

    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Organisation {n}")
    slug = factory.Sequence(lambda n: f"organisation-{n}")
    kind = Organisation.Kind.COUNCIL

    @factory.post_generation
    def partnership(self, create, extracted, **kwargs):
        if extracted:
            PartnershipMembershipFactory(partnership=extracted, organisation=self)


class PartnershipMembershipFactory(DjangoModelFactory):
    """An organisation's time in a partnership."""

    class Meta:
        model = PartnershipMembership

    partnership = factory.SubFactory(PartnershipFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    started_on = STARTED_ON


class FormerNameFactory(DjangoModelFactory):
    """What an organisation was called before."""

    class Meta:
        model = FormerName

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Former name {n}")
    last_day = date(2026, 3, 31)


class AreaFactory(DjangoModelFactory):
    """An area of a partnership."""

    class Meta:
        model = Area

    partnership = factory.SubFactory(PartnershipFactory)
    name = factory.Sequence(lambda n: f"Area {n}")
    slug = factory.Sequence(lambda n: f"area-{n}")


class OrganisationDomainFactory(DjangoModelFactory):
    """An e-mail domain of an organisation."""

    class Meta:
        model = OrganisationDomain

    organisation = factory.SubFactory(OrganisationFactory)
    domain = factory.Sequence(lambda n: f"organisation{n}.example.org")


class UnitFactory(DjangoModelFactory):
    """A unit."""

    class Meta:
        model = Unit

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Unit {n}")


class RoleFactory(DjangoModelFactory):
    """A role."""

    class Meta:
        model = Role

    slug = factory.Sequence(lambda n: f"role-{n}")
    name = factory.Sequence(lambda n: f"Role {n}")


class MembershipFactory(DjangoModelFactory):
    """A person in an organisation; sends no event: rebuild standing where a test needs it."""

    class Meta:
        model = Membership

    person = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = factory.SubFactory(RoleFactory)
    started_on = STARTED_ON


class AwayFactory(DjangoModelFactory):
    """Time away."""

    class Meta:
        model = Away

    membership = factory.SubFactory(MembershipFactory)
    started_on = date(2026, 6, 1)
    ended_on = date(2026, 6, 30)


class NamesAgreementFactory(DjangoModelFactory):
    """That a partnership's leads may read an organisation's names."""

    class Meta:
        model = NamesAgreement

    organisation = factory.SubFactory(OrganisationFactory)
    partnership = factory.SubFactory(PartnershipFactory)


class AppointmentFactory(DjangoModelFactory):
    """An appointment; give the scope that its kind needs."""

    class Meta:
        model = Appointment

    person = factory.SubFactory(UserFactory)
    started_on = STARTED_ON

    @classmethod
    def _create(cls, model_class: type[Appointment], *args: object, **kwargs: object) -> Appointment:
        made = super()._create(model_class, *args, **kwargs)
        actions.mark_appointed([made.person])
        return made


def make_appointed(kind: str, *, person: User | None = None, **scope: object) -> User:
    """A person appointed since long ago, with the CMS group that goes with it; a partnership is made where needed."""
    kinds_of_partnership = {Appointment.Kind.TRAINER, Appointment.Kind.REVIEWER, Appointment.Kind.PARTNERSHIP_LEAD}
    if kind in kinds_of_partnership and not scope:
        scope = {"partnership": PartnershipFactory()}
    person = person or UserFactory()
    actions.appoint(person=person, kind=kind, by=None, started_on=date(2020, 1, 1), **scope)
    return person


class HeadcountFactory(DjangoModelFactory):
    """A headcount of a whole organisation."""

    class Meta:
        model = Headcount

    organisation = factory.SubFactory(OrganisationFactory)
    people = 10
    counted_on = STARTED_ON
    source = "Staff list"


class InvitationFactory(DjangoModelFactory):
    """An invitation that is open."""

    class Meta:
        model = Invitation

    organisation = factory.SubFactory(OrganisationFactory)
    role = factory.SubFactory(RoleFactory)
    email = factory.Sequence(lambda n: f"invited{n}@example.org")
    token = factory.Sequence(lambda n: f"token-{n:058d}")
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))


class JoinRequestFactory(DjangoModelFactory):
    """A request to join that waits for a lead."""

    class Meta:
        model = JoinRequest

    person = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = factory.SubFactory(RoleFactory)
    email = factory.SelfAttribute("person.email")


class EmailAddressFactory(DjangoModelFactory):
    """The address that a person signs in with, proved."""

    class Meta:
        model = EmailAddress

    user = factory.SubFactory(UserFactory, verified=False)
    email = factory.SelfAttribute("user.email")
    verified = True
    primary = True
