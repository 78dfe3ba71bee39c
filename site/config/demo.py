"""The demo: a small invented partnership with starter content, and who can sign in to it.

Everyone and everything here is invented and marked `is_demo`. The rows come from the tests' factories.
"""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from courses.actions import prepare_cms_groups
from courses.models import Edition, ModulePage
from home.actions import prepare_site
from organisations import clock
from organisations.actions import appoint, create_organisation, create_partnership, record_headcount
from organisations.models import Appointment, Membership, Organisation, Partnership, Role, User
from records.actions.requirements import create_requirement
from records.actions.standing import rebuild_standing
from records.rules.certificates import new_code
from tests.factories.organisations import MembershipFactory, UserFactory
from tests.factories.records import CertificateFactory, CompletionFactory, CompletionMembershipFactory

Kind = Organisation.Kind
PARTNERSHIP = "Riverside Anti-Slavery Partnership"
#: The learner of the sign-ins: new, with one module to take and one that expires soon.
LEARNER = "Dana Whitlock"


@dataclass(frozen=True)
class Place:
    """An invented organisation: its roles with their people, and how many people it says it has in each."""

    name: str
    kind: str
    people: dict[str, list[str]]
    headcounts: dict[str, int]


PLACES = (
    Place(
        "Riverside Council",
        Kind.COUNCIL,
        {
            "housing-officer": ["Dana Whitlock", "Amir Haddad", "Beth Sorrell", "Kofi Mensah"],
            "social-worker-adults": ["Priya Nair", "Owen Pugh", "Leila Rahimi"],
            "social-worker-children": ["Grace Oyelaran", "Tom Ashby"],
        },
        {"housing-officer": 6, "social-worker-adults": 3, "social-worker-children": 5, "strategic-lead": 1},
    ),
    Place(
        "Riverside Police",
        Kind.POLICE,
        {
            "frontline-police-officer": ["Sam Carrow", "Hodan Warsame", "Neil Brack", "Inés Calvo", "Joe Tanner"],
            "detective": ["Mina Kazemi", "Callum Reid"],
        },
        {"frontline-police-officer": 12, "detective": 2, "strategic-lead": 1},
    ),
    Place(
        "St Brannoc Hospital Trust",
        Kind.HEALTH,
        {"hospital-staff": ["Rui Figueira", "Fatima Zahra Alami", "Ellen Marsh", "Tariq Aziz"]},
        {"hospital-staff": 9},
    ),
    Place(
        "Harbour Light",
        Kind.CHARITY,
        {"charity-caseworker": ["Naomi Abara", "Joana Prates", "Ilse Brandt"]},
        {"charity-caseworker": 3, "strategic-lead": 2},
    ),
    Place("Fair Harvest Growers", Kind.BUSINESS, {"business-manager": ["Greg Holloway", "Anca Moldovan"]}, {}),
)


@dataclass(frozen=True)
class SignIn:
    """Somebody whose password is printed: what they show, who they are, where, and their appointment."""

    title: str
    name: str
    place: str
    kind: str = ""


SIGN_INS = (
    SignIn("learner", LEARNER, "Riverside Council"),
    SignIn("organisation lead", "Iman Okafor", "Riverside Council", Appointment.Kind.ORGANISATION_LEAD),
    SignIn("partnership lead", "Morwenna Tate", "Harbour Light", Appointment.Kind.PARTNERSHIP_LEAD),
    SignIn("trainer", "Luca Ferrante", "Riverside Police", Appointment.Kind.TRAINER),
    SignIn("reviewer", "Shirin Daneshvar", "Harbour Light", Appointment.Kind.REVIEWER),
)
LEAD_ROLE = "strategic-lead"
#: They chose their roles themselves and wait for their lead.
UNCONFIRMED = {"Kofi Mensah", "Joe Tanner"}
VALID_FOR_MONTHS = 24


def sign_ins_file() -> Path:
    """Where this installation's demo passwords are kept; git ignores the folder."""
    return Path(settings.VAR_DIR) / "demo_sign_ins.json"


def sign_ins() -> str:
    """The sign-ins as lines for the screen."""
    rows = json.loads(sign_ins_file().read_text())
    lines = [f"  {row['as']:<18} {row['email']:<38} {row['password']}" for row in rows]
    return "\n".join(["Sign in as (all invented):", *lines, f"  also kept in {sign_ins_file().name}"])


def load(say: Callable[[str], None]) -> None:
    """Loads starter content and the demo partnership where they are missing; a second call changes nothing."""
    if Partnership.objects.filter(is_demo=True).exists() and sign_ins_file().exists():
        return
    say("Loading the starter content…")
    prepare_site()
    prepare_cms_groups()
    call_command("load_starter_content", verbosity=0)
    say("Inventing a partnership…")
    with transaction.atomic():
        passwords = _load_partnership()
    sign_ins_file().parent.mkdir(parents=True, exist_ok=True)
    sign_ins_file().touch(mode=0o600)
    sign_ins_file().write_text(json.dumps(passwords, ensure_ascii=False, indent=2))


def _load_partnership() -> list[dict[str, str]]:
    """The partnership, its people, what is required of them and what they have done."""
    start = clock.today() - timedelta(days=300)
    roles = {role.slug: role for role in Role.objects.all()}
    partnership = create_partnership(name=PARTNERSHIP, by=None, is_demo=True)
    places: dict[str, Organisation] = {}
    for place in PLACES:
        places[place.name] = create_organisation(
            name=place.name,
            kind=place.kind,
            nation=Organisation.Nation.ENGLAND,
            partnership=partnership,
            by=None,
            started_on=start,
            is_demo=True,
        )
        _load_people(place, places[place.name], roles, start)
    rows = [
        _load_sign_in(who, _member(who.name, places[who.place], roles[LEAD_ROLE], start), partnership)
        for who in SIGN_INS
    ]
    _load_requirements(partnership, roles, start)
    _load_completions(partnership, start)
    rebuild_standing()
    return rows


def _load_people(place: Place, organisation: Organisation, roles: dict[str, Role], start: date) -> None:
    for slug, names in place.people.items():
        for number, name in enumerate(names):
            started_on = clock.today() - timedelta(days=32) if name == LEARNER else start + timedelta(days=number * 17)
            _member(name, organisation, roles[slug], started_on)
    for slug, people in place.headcounts.items():
        record_headcount(
            organisation=organisation,
            role=roles[slug],
            people=people,
            counted_on=start + timedelta(days=30),
            source="Staff list (invented)",
            by=None,
        )


def _address(name: str, organisation: Organisation) -> str:
    local = "".join(letter for letter in name.lower().replace(" ", ".") if letter.isascii())
    return f"{local}@{organisation.slug}.example"


def _member(name: str, organisation: Organisation, role: Role, started_on: date) -> Membership:
    """A person with a membership; one person for each name."""
    email = _address(name, organisation)
    person = User.objects.filter(email=email).first() or UserFactory(name=name, email=email)
    found = Membership.objects.filter(person=person, organisation=organisation).first()
    return found or MembershipFactory(
        person=person,
        organisation=organisation,
        role=role,
        started_on=started_on,
        work_email=email,
        role_confirmed_at=None if name in UNCONFIRMED else timezone.now(),
    )


def _load_sign_in(who: SignIn, membership: Membership, partnership: Partnership) -> dict[str, str]:
    """Gives the member a password and the appointment; returns the line for the sign-ins."""
    person, password = membership.person, secrets.token_urlsafe(12)
    person.set_password(password)
    person.save(update_fields=["password"])
    if who.kind == Appointment.Kind.ORGANISATION_LEAD:
        appoint(
            person=person,
            kind=who.kind,
            by=None,
            started_on=membership.started_on,
            organisation=membership.organisation,
        )
    elif who.kind:
        appoint(person=person, kind=who.kind, by=None, started_on=membership.started_on, partnership=partnership)
    return {"as": who.title, "email": person.email, "password": password}


def _load_requirements(partnership: Partnership, roles: dict[str, Role], start: date) -> None:
    """Everyone takes both starter modules; the second only those who write or speak with people."""
    for module in ModulePage.objects.filter(editions__is_live=True):
        is_for_all = module.slug == "seeing-it"
        create_requirement(
            partnership=partnership,
            module=module,
            is_for_all_roles=is_for_all,
            roles=[] if is_for_all else [role for slug, role in roles.items() if slug != "business-manager"],
            kinds=[],
            due_days=60,
            valid_for_months=VALID_FOR_MONTHS,
            effective_from=start + timedelta(days=10),
            by=None,
        )


def _load_completions(partnership: Partnership, start: date) -> None:
    """About six in ten have done each module, on days that come out the same in every demo."""
    dice = random.Random(2026)  # noqa: S311
    today = clock.today()
    nearly_expired = today - timedelta(days=VALID_FOR_MONTHS * 30 - 4)
    members = Membership.objects.filter(organisation__partnership_memberships__partnership=partnership)
    for edition in Edition.objects.filter(is_live=True).select_related("module").order_by("title"):
        for membership in members.select_related("person", "organisation", "role").order_by("pk"):
            chance = dice.random()
            completed_on = min(membership.started_on + timedelta(days=dice.randint(20, 140)), today)
            if membership.person.name == LEARNER:
                chance, completed_on = (1, today) if edition.title == "Seeing it" else (0, nearly_expired)
            elif chance < 0.08:
                completed_on = nearly_expired
            if chance > 0.62:
                continue
            completion = CompletionFactory(
                person=membership.person,
                module=edition.module,
                title=edition.title,
                edition=edition,
                edition_number=edition.number,
                completed_on=completed_on,
            )
            CompletionMembershipFactory(completion=completion, membership=membership)
            CertificateFactory(completion=completion, code=new_code(secrets.choice))
