"""The addresses of the lead's pages."""

from django.urls import path

from organisations.urls_imports import import_urls
from organisations.views import (
    appointments,
    areas,
    headcounts,
    history,
    invitations,
    merging,
    names,
    organisations,
    people,
    roles,
    staff,
    units,
)

in_organisation = "organisations/<slug:slug>/"

urlpatterns = [
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/new/", organisations.organisation_new, name="organisation_new"),
    path("organisations/new/existing/", history.partnership_join, name="partnership_join"),
    path("organisations/asked/<str:token>/", history.partnership_join_own, name="partnership_join_own"),
    path(in_organisation, organisations.organisation, name="organisation"),
    path(f"{in_organisation}change/", organisations.organisation_change, name="organisation_change"),
    path(f"{in_organisation}close/", history.organisation_close, name="organisation_close"),
    path(f"{in_organisation}merge/", history.organisation_merge, name="organisation_merge"),
    path(f"{in_organisation}partnerships/<int:pk>/leave/", history.partnership_leave, name="partnership_leave"),
    path(f"{in_organisation}units/", units.units, name="units"),
    path(f"{in_organisation}units/new/", units.unit_new, name="unit_new"),
    path(f"{in_organisation}units/<int:pk>/", units.unit_change, name="unit_change"),
    path(f"{in_organisation}units/<int:pk>/leads/new/", appointments.unit_lead_new, name="unit_lead_new"),
    path(
        f"{in_organisation}units/<int:pk>/leads/<int:appointment_pk>/end/",
        appointments.unit_lead_end,
        name="unit_lead_end",
    ),
    path(f"{in_organisation}domains/new/", organisations.domain_new, name="domain_new"),
    path(f"{in_organisation}domains/<int:pk>/remove/", organisations.domain_remove, name="domain_remove"),
    path(f"{in_organisation}leads/new/", appointments.lead_new, name="lead_new"),
    path(f"{in_organisation}leads/<int:pk>/end/", appointments.lead_end, name="lead_end"),
    path(f"{in_organisation}names/", names.names, name="names"),
    path(f"{in_organisation}names/<int:pk>/withdraw/", names.names_withdraw, name="names_withdraw"),
    path(f"{in_organisation}people/", people.people, name="people"),
    path(f"{in_organisation}people/new/", staff.person_new, name="person_new"),
    path(f"{in_organisation}people/<int:pk>/sign-in-code/", staff.person_code, name="person_code"),
    path(f"{in_organisation}people/confirm/", people.people_confirm, name="people_confirm"),
    path(f"{in_organisation}people/<int:pk>/", people.person, name="person"),
    path(f"{in_organisation}people/<int:pk>/confirm/", people.person_confirm, name="person_confirm"),
    path(f"{in_organisation}people/<int:pk>/role/", people.person_role, name="person_role"),
    path(f"{in_organisation}people/<int:pk>/end/", people.person_end, name="person_end"),
    path(f"{in_organisation}people/<int:pk>/return/", people.person_return, name="person_return"),
    path(f"{in_organisation}people/<int:pk>/away/", people.person_away, name="person_away"),
    path(f"{in_organisation}people/<int:pk>/away/<int:away_pk>/", people.person_away_end, name="person_away_end"),
    path(f"{in_organisation}people/<int:pk>/twice/", merging.person_twice, name="person_twice"),
    path(f"{in_organisation}people/<int:pk>/twice/<int:other_pk>/", merging.person_merge, name="person_merge"),
    path(f"{in_organisation}people/<int:pk>/part/<int:merge_pk>/", merging.person_part, name="person_part"),
    path(f"{in_organisation}requests/<int:pk>/approve/", people.join_request_approve, name="join_request_approve"),
    path(f"{in_organisation}requests/<int:pk>/refuse/", people.join_request_refuse, name="join_request_refuse"),
    path(f"{in_organisation}invitations/", invitations.invitations, name="invitations"),
    path(f"{in_organisation}invitations/new/", invitations.invitation_new, name="invitation_new"),
    path(f"{in_organisation}invitations/several/", invitations.invitations_several, name="invitations_several"),
    path(f"{in_organisation}invitations/unsent/", invitations.invitations_unsent, name="invitations_unsent"),
    path(
        f"{in_organisation}invitations/<int:pk>/withdraw/", invitations.invitation_withdraw, name="invitation_withdraw"
    ),
    path(f"{in_organisation}invitations/<int:pk>/again/", invitations.invitation_again, name="invitation_again"),
    path(f"{in_organisation}headcounts/", headcounts.headcounts, name="headcounts"),
    path(f"{in_organisation}headcounts/new/", headcounts.headcount_new, name="headcount_new"),
    path("areas/", areas.areas, name="areas"),
    path("areas/new/", areas.area_new, name="area_new"),
    path("areas/<int:pk>/", areas.area_change, name="area_change"),
    path("areas/<int:pk>/remove/", areas.area_remove, name="area_remove"),
    path("roles/", roles.roles, name="roles"),
    path("roles/new/", roles.role_new, name="role_new"),
    path("roles/<slug:slug>/", roles.role_change, name="role_change"),
    path("roles/<slug:slug>/retire/", roles.role_retire, name="role_retire"),
    path("appointments/", appointments.appointments, name="appointments"),
    path("appointments/new/", appointments.appointment_new, name="appointment_new"),
    path("appointments/<int:pk>/second-step/", appointments.second_factor_reset, name="second_factor_reset"),
    path("appointments/<int:pk>/end/", appointments.appointment_end, name="appointment_end"),
]

urlpatterns += import_urls("people", f"{in_organisation}people")
urlpatterns += import_urls("headcounts", f"{in_organisation}headcounts")
urlpatterns += import_urls("headcounts_of_many", "partnerships/<slug:slug>/headcounts")
