"""The twelve invented organisations of the demo: one of every kind, with its units, jobs and people."""

from __future__ import annotations

from dataclasses import dataclass, field

from organisations.models import Appointment, Membership, Organisation

Kind = Organisation.Kind
As = Membership.Kind
#: The learner of the sign-ins: new, with one module to take and one that expires soon.
LEARNER = "Dana Whitlock"
LEAD_ROLE = "strategic-lead"


@dataclass(frozen=True)
class Job:
    """A role in an organisation: who is named in the demo, how many others there are, and in which units."""

    role: str
    others: int = 0
    named: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    kind: str = As.EMPLOYEE


@dataclass(frozen=True)
class Place:
    """An organisation: what it is, its units two deep, its jobs, and how its training goes."""

    name: str
    kind: str
    jobs: tuple[Job, ...]
    #: The share that completes what is required.
    rate: float
    units: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: How many people it counts in each role now, as a share of those registered; none means that it never said.
    counted: float | None = 1.15
    #: The share of people without an address, who are known by a staff number.
    without_email: float = 0.0
    #: Named in the Home Office's list of First Responder organisations, or not.
    is_first_responder: bool = False
    lead: str = ""


PLACES = (
    Place(
        "Riverside Council",
        Kind.COUNCIL,
        (
            Job("housing-officer", 12, (LEARNER, "Amir Haddad", "Beth Sorrell", "Kofi Mensah"), ("Homes and Advice",)),
            Job("social-worker-adults", 13, ("Priya Nair", "Owen Pugh", "Leila Rahimi"), ("East Team", "West Team")),
            Job("social-worker-children", 12, ("Grace Oyelaran", "Tom Ashby"), ("First Contact", "Care Leavers")),
            Job("contact-centre-adviser", 8, units=("Contact Centre",), kind=As.AGENCY),
            Job("licensing-officer", 5, units=("Licensing",)),
            Job("elected-member", 7, kind=As.ELECTED),
        ),
        rate=0.72,
        units={
            "Adult Social Care": ("East Team", "West Team"),
            "Children's Services": ("First Contact", "Care Leavers"),
            "Neighbourhoods": ("Homes and Advice", "Licensing", "Contact Centre"),
        },
        is_first_responder=True,
    ),
    Place(
        "Riverside Police",
        Kind.POLICE,
        (
            Job(
                "frontline-police-officer",
                48,
                ("Sam Carrow", "Hodan Warsame", "Neil Brack", "Inés Calvo", "Joe Tanner"),
                ("Harbour Station", "Marsh Lane Station", "Hilltop Station"),
            ),
            Job("detective", 12, ("Mina Kazemi", "Callum Reid"), ("Exploitation Team",)),
            Job("custody-officer", 7, units=("Harbour Station",)),
            Job("police-control-room", 8, units=("Control Room",)),
        ),
        rate=0.64,
        units={
            "North Area": ("Harbour Station", "Marsh Lane Station"),
            "South Area": ("Hilltop Station",),
            "Crime": ("Exploitation Team",),
            "Control Room": (),
        },
        counted=1.4,
        is_first_responder=True,
        lead="Oluwaseun Marlowe",
    ),
    Place(
        "St Brannoc Hospital Trust",
        Kind.HEALTH,
        (
            Job(
                "hospital-staff", 28, ("Rui Figueira", "Fatima Zahra Alami", "Ellen Marsh", "Tariq Aziz"), ("Ward 4",)
            ),
            Job("emergency-department-staff", 14, units=("Emergency Department",)),
            Job("emergency-department-staff", 7, units=("Emergency Department",), kind=As.AGENCY),
            Job("maternity-staff", 9, units=("Maternity",)),
            Job("hospital-staff", 6, units=("Ward 4", "Ward 7"), kind=As.STUDENT),
        ),
        rate=0.55,
        units={"Medicine": ("Ward 4", "Ward 7"), "Urgent Care": ("Emergency Department",), "Maternity": ()},
        counted=1.8,
        without_email=0.12,
        lead="Catrin Anwell",
    ),
    Place(
        "Harbour Light",
        Kind.CHARITY,
        (
            Job("charity-caseworker", 7, ("Naomi Abara", "Joana Prates", "Ilse Brandt"), ("Safe House", "Outreach")),
            Job("helpline-adviser", 4, units=("Outreach",), kind=As.VOLUNTEER),
        ),
        rate=0.93,
        units={"Safe House": (), "Outreach": ()},
        counted=1.0,
        lead="Desta Lindqvist",
    ),
    Place(
        "Fair Harvest Growers",
        Kind.BUSINESS,
        (
            Job("business-manager", 7, ("Greg Holloway", "Anca Moldovan"), ("Glasshouses", "Packhouse")),
            Job("business-manager", 5, units=("Packhouse",), kind=As.CONTRACTOR),
            Job("procurement-officer", 2),
        ),
        rate=0.34,
        units={"Glasshouses": (), "Packhouse": ()},
        counted=None,
        without_email=0.3,
    ),
    Place(
        "Riverside Fire and Rescue",
        Kind.FIRE,
        (
            Job("fire-and-rescue-staff", 24, units=("Red Watch", "Blue Watch", "Green Watch", "Fire Safety")),
            Job("fire-and-rescue-staff", 5, units=("Red Watch",), kind=As.VOLUNTEER),
        ),
        rate=0.69,
        units={"Quay Street": ("Red Watch", "Blue Watch"), "Moorside": ("Green Watch",), "Fire Safety": ()},
        lead="Ffion Tranter",
    ),
    Place(
        "Riverside Port Office",
        Kind.CENTRAL,
        (
            Job("border-force-officer", 12, units=("Arrivals", "Freight")),
            Job("job-centre-adviser", 5),
        ),
        rate=0.78,
        units={"Port": ("Arrivals", "Freight")},
        is_first_responder=True,
        lead="Zeynep Harcourt",
    ),
    Place(
        "Wharfside College",
        Kind.EDUCATION,
        (
            Job("school-or-college-staff", 21, units=("Student Support", "Catering School", "Building Trades")),
            Job("youth-worker", 5, units=("Student Support",)),
            Job("school-or-college-staff", 3, units=("Student Support",), kind=As.STUDENT),
        ),
        rate=0.6,
        units={"Student Support": (), "Faculties": ("Catering School", "Building Trades")},
        lead="Benedict Achterberg",
    ),
    Place(
        "Millrace Homes",
        Kind.HOUSING,
        (
            Job("housing-officer", 16, units=("Old Town", "Riverbank")),
            Job("homelessness-outreach-worker", 6, units=("Night Team",)),
            Job("housing-officer", 3, units=("Repairs",), kind=As.CONTRACTOR),
        ),
        rate=0.74,
        units={"Estates": ("Old Town", "Riverbank"), "Night Team": (), "Repairs": ()},
        counted=0.9,
        without_email=0.08,
        lead="Roshni Castell",
    ),
    Place(
        "Riverside Probation Office",
        Kind.JUSTICE,
        (Job("probation-officer", 14, units=("Court Team", "Community Team")), Job("youth-justice-worker", 4)),
        rate=0.82,
        units={"Court Team": (), "Community Team": ()},
        lead="Idris Fontayne",
    ),
    Place(
        "Riverside Interfaith Welcome",
        Kind.FAITH,
        (Job("faith-or-community-volunteer", 13, units=("Food Bank", "Night Shelter"), kind=As.VOLUNTEER),),
        rate=0.48,
        units={"Food Bank": (), "Night Shelter": ()},
        counted=2.2,
        without_email=0.35,
        lead="Miriam Osterley",
    ),
    Place(
        "Kestrel Language Circle",
        Kind.OTHER,
        (Job("interpreter", 8, kind=As.CONTRACTOR), Job("independent-advocate", 3)),
        rate=0.88,
        counted=None,
        lead="Paolo Verrinder",
    ),
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
    SignIn("unit lead", "Priya Nair", "Riverside Council", Appointment.Kind.UNIT_LEAD),
    SignIn("partnership lead", "Morwenna Tate", "Harbour Light", Appointment.Kind.PARTNERSHIP_LEAD),
    SignIn("trainer", "Luca Ferrante", "Riverside Police", Appointment.Kind.TRAINER),
    SignIn("reviewer", "Shirin Daneshvar", "Harbour Light", Appointment.Kind.REVIEWER),
)
#: They lead a unit besides their job.
UNIT_LEADS = {
    "Sam Carrow": "Harbour Station",
    "Mina Kazemi": "Exploitation Team",
    "Ellen Marsh": "Ward 4",
    "Priya Nair": "Adult Social Care",
}
#: They chose their roles themselves and wait for their lead.
UNCONFIRMED = frozenset({"Kofi Mensah", "Joe Tanner"})
#: Where they work besides: the organisation, the role and the kind.
SECOND_EMPLOYERS = {
    "Ellen Marsh": ("Riverside Port Office", "job-centre-adviser", As.CONTRACTOR),
    "Ilse Brandt": ("Riverside Interfaith Welcome", "faith-or-community-volunteer", As.VOLUNTEER),
}


@dataclass(frozen=True)
class Briefing:
    """A morning in a room: where, how many days ago, and how many of those who had not done it came."""

    place: str
    days_ago: int
    people: int


#: Six in the year.
BRIEFINGS = (
    Briefing("Riverside Police", 318, 9),
    Briefing("St Brannoc Hospital Trust", 266, 8),
    Briefing("Riverside Interfaith Welcome", 201, 5),
    Briefing("Wharfside College", 147, 6),
    Briefing("Fair Harvest Growers", 83, 4),
    Briefing("Riverside Fire and Rescue", 24, 6),
)
