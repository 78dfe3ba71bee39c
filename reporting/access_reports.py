"""Who prepares, reads and comments on reports."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from organisations.access import authority_of
from reporting.models import Report, ReportPart

if TYPE_CHECKING:
    from organisations.access import Person

State = Report.State


def get_reports_for(person: Person) -> QuerySet[Report]:
    """The reports of the partnerships that the person leads, and those that hold a row of an organisation they lead.

    An organisation's lead sees none that is still a draft. Raises PermissionDenied for everyone who leads neither.
    """
    authority = authority_of(person)
    if not authority.organisation_ids and not authority.partnership_ids:
        raise PermissionDenied(_("Reports are for the leads of an organisation or a partnership."))
    parts = ReportPart.objects.filter(organisation__in=authority.organisation_ids)
    own = Q(pk__in=parts.values("report")) & ~Q(state=State.DRAFT)
    return Report.objects.filter(Q(partnership__in=authority.partnership_ids) | own).select_related("partnership")


def get_report_for(person: Person, key: UUID) -> Report:
    """One of them; 404 where there is none, 403 where it is another's."""
    report = get_reports_for(person).filter(key=key).first()
    if report is not None:
        return report
    if Report.objects.filter(key=key).exists():
        raise PermissionDenied(_("This report is not yours to read."))
    raise Http404(_("There is nothing at this address."))


def published_for(person: Person, day: date, scope: str) -> Report | None:
    """The newest published report of the same day and scope that the person may open, without its numbers."""
    published = get_reports_for(person).filter(day=day, scope=scope, state=State.PUBLISHED)
    return published.defer("payload").order_by("-published_at").first()


def get_report_to_manage(person: Person, key: UUID) -> Report:
    """A report of a partnership that the person leads."""
    report = get_report_for(person, key)
    if not may_manage(person, report):
        raise PermissionDenied(_("Only the partnership's own lead prepares and publishes reports."))
    return report


def get_whole_report_for(person: Person, key: UUID) -> Report:
    """A report with the rows of all organisations: for the partnership's lead once counted, for others once published.

    PermissionDenied until then: before that an organisation sees its own row only.
    """
    report = get_report_for(person, key)
    if report.payload is None or not (report.is_published or may_manage(person, report)):
        raise PermissionDenied(_("This report is not published yet."))
    return report


def may_manage(person: Person, report: Report) -> bool:
    """Whether the person leads the partnership whose report it is."""
    return report.partnership_id in authority_of(person).partnership_ids


def own_parts(person: Person, report: Report) -> list[ReportPart]:
    """The rows of the organisations that the person leads."""
    parts = report.parts.filter(organisation__in=authority_of(person).organisation_ids)
    return list(parts.select_related("organisation"))


def get_part_of(person: Person, key: UUID, slug: str) -> ReportPart:
    """The row of one organisation, for its own lead: only they comment on it."""
    report = get_report_for(person, key)
    part = report.parts.filter(organisation__slug=slug).select_related("organisation", "report").first()
    if part is None:
        raise Http404(_("There is nothing at this address."))
    if part.organisation_id not in authority_of(person).organisation_ids:
        raise PermissionDenied(_("Only the organisation's own lead comments on its row."))
    return part
