"""Reads of certificates: for their holder, and for anyone who checks one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse

from courses.translated import DEFAULT
from records.models import Certificate
from records.rules.certificates import State, grouped, initials, state_on
from records.selectors.learning import Titled, module_title


@dataclass(frozen=True)
class CertificateView:
    """A certificate as granted, with what it is worth on a day."""

    certificate: Certificate
    state: State

    @property
    def is_standing(self) -> bool:
        """Whether it is worth something, or was until it expired: neither replaced nor taken back."""
        return self.state in {State.VALID, State.EXPIRED}

    @property
    def newer_code(self) -> str:
        """The code in groups of the certificate that took its place; empty when there is none."""
        newer = self.certificate.superseded_by
        return grouped(newer.code) if newer else ""

    @property
    def code(self) -> str:
        """The code in groups."""
        return grouped(self.certificate.code)

    @property
    def name(self) -> str:
        """The name that the certificate was granted to."""
        return self.certificate.payload.get("name", "")

    @property
    def module(self) -> Titled:
        """The module's title: the reader's language where the edition has it, else English as it was recorded."""
        recorded = Titled(self.certificate.payload.get("module", ""), DEFAULT)
        edition = self.certificate.completion.edition
        # An edition that says otherwise in English is not what was granted.
        return module_title(edition) if edition and edition.title == recorded.text else recorded

    @property
    def edition_number(self) -> int | None:
        """The edition that was completed."""
        return self.certificate.payload.get("edition")

    @property
    def issuer(self) -> str:
        """The partnership that granted it, as it was called then; empty where there was none."""
        return self.certificate.payload.get("issuer", "")

    @property
    def minutes(self) -> int:
        """Minutes of learning."""
        return self.certificate.payload.get("minutes") or 0

    @property
    def completed_on(self) -> date:
        """The day of the completion."""
        return date.fromisoformat(self.certificate.payload["completed_on"])

    @property
    def valid_until(self) -> date | None:
        """The last day on which it holds."""
        return self.certificate.valid_until

    @property
    def verify_url(self) -> str:
        """Where anyone can check it."""
        return settings.BASE_URL + reverse("verify_certificate", args=[self.code])


def certificate_on(certificate: Certificate, day: date) -> CertificateView:
    """The certificate as its holder reads it."""
    return CertificateView(certificate, _state(certificate, day))


def is_invented(certificate: Certificate) -> bool:
    """Whether it belongs to a demo, so that nobody shall take it for proof: one query."""
    return certificate.completion.memberships.filter(organisation__is_demo=True).exists()


@dataclass(frozen=True)
class Verified:
    """The little that a stranger with the code may read."""

    #: Empty when the holder's details were removed, and for a certificate that stands no more.
    initials: str
    #: Whether it still stands for somebody: valid or expired, not replaced and not taken back.
    is_standing: bool
    module: Titled
    minutes: int
    completed_on: date
    valid_until: date | None
    state: str


def verified_on(certificate: Certificate, day: date) -> Verified:
    """What the certificate says to a stranger: initials, module, day, state and minutes, and nothing else.

    One that was replaced or taken back tells nothing of its holder: the name may be one that nobody should know.
    """
    view = certificate_on(certificate, day)
    return Verified(
        initials=initials(view.name) if certificate.person_id and view.is_standing else "",
        is_standing=view.is_standing,
        module=view.module,
        minutes=view.minutes,
        completed_on=view.completed_on,
        valid_until=view.valid_until,
        state=view.state.value,
    )


def _state(certificate: Certificate, day: date) -> State:
    return state_on(
        day,
        valid_until=certificate.valid_until,
        is_revoked=certificate.revoked_at is not None,
        is_superseded=certificate.superseded_at is not None,
    )
