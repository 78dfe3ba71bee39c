"""People, the organisations they belong to, and what each person may do."""

from organisations.models.appointments import Appointment, Writing
from organisations.models.imports import ImportRow, ImportRun
from organisations.models.joining import Invitation, JoinRequest
from organisations.models.letters import WHY, Returnable, SentLetter
from organisations.models.memberships import Away, Headcount, Membership
from organisations.models.merges import Merge
from organisations.models.names import NamesAgreement, NamesSeen
from organisations.models.organisations import (
    Area,
    FormerName,
    Organisation,
    OrganisationDomain,
    Partnership,
    PartnershipMembership,
    Role,
    Unit,
)
from organisations.models.people import User
from organisations.models.sign_ins import SignIn, SignInCode

__all__ = [
    "WHY",
    "Appointment",
    "Area",
    "Away",
    "FormerName",
    "Headcount",
    "ImportRow",
    "ImportRun",
    "Invitation",
    "JoinRequest",
    "Membership",
    "Merge",
    "NamesAgreement",
    "NamesSeen",
    "Organisation",
    "OrganisationDomain",
    "Partnership",
    "PartnershipMembership",
    "Returnable",
    "Role",
    "SentLetter",
    "SignIn",
    "SignInCode",
    "Unit",
    "User",
    "Writing",
]
