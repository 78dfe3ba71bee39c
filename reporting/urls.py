"""This app's addresses under the language prefix."""

from django.urls import path

from reporting.views import (
    before_after,
    coverage,
    delivery,
    gaps,
    monthly,
    organisation,
    people,
    reminders,
    reports,
    trend,
)

app_name = "reporting"
one = "coverage/organisations/<slug:slug>/"
report = "coverage/reports/<uuid:key>/"
urlpatterns = [
    path("coverage/", coverage.coverage, name="coverage"),
    path("coverage/csv/", coverage.coverage_csv, name="coverage_csv"),
    path("coverage/xlsx/", coverage.coverage_xlsx, name="coverage_xlsx"),
    path("coverage/delivery/", delivery.delivery, name="delivery"),
    path("coverage/delivery/csv/", delivery.delivery_csv, name="delivery_csv"),
    path("coverage/delivery/xlsx/", delivery.delivery_xlsx, name="delivery_xlsx"),
    path("coverage/trend/", trend.trend, name="trend"),
    path("coverage/trend/csv/", trend.trend_csv, name="trend_csv"),
    path("coverage/gaps/", gaps.gaps, name="gaps"),
    path("coverage/gaps/csv/", gaps.gaps_csv, name="gaps_csv"),
    path("coverage/before-after/", before_after.before_after, name="before_after"),
    path("coverage/monthly/", monthly.monthly, name="monthly"),
    path("coverage/monthly/others/", monthly.monthly_others, name="monthly_others"),
    path("coverage/reports/", reports.reports, name="reports"),
    path("coverage/reports/new/", reports.report_new, name="report_new"),
    path("coverage/reports/small-counts/", reports.small_counts, name="small_counts"),
    path(report, reports.report, name="report"),
    path(f"{report}share/", reports.report_share, name="report_share"),
    path(f"{report}publish/", reports.report_publish, name="report_publish"),
    path(f"{report}withdraw/", reports.report_withdraw, name="report_withdraw"),
    path(f"{report}comments/<slug:slug>/", reports.report_comment, name="report_comment"),
    path(f"{report}csv/", reports.report_csv, name="report_csv"),
    path(f"{report}xlsx/", reports.report_xlsx, name="report_xlsx"),
    path(f"{report}pdf/", reports.report_as_pdf, name="report_pdf"),
    path(one, organisation.organisation, name="organisation"),
    path(f"{one}trend/", trend.trend, name="organisation_trend"),
    path(f"{one}trend/csv/", trend.trend_csv, name="organisation_trend_csv"),
    path(f"{one}remind/", reminders.remind, name="organisation_remind"),
    path(f"{one}reminders/", reminders.reminders, name="reminders"),
    path(f"{one}reminders/<int:pk>/", reminders.reminder_round, name="reminder_round"),
    path(f"{one}people/", people.people, name="organisation_people"),
    path(f"{one}people/csv/", people.people_csv, name="organisation_people_csv"),
    path(f"{one}<uuid:module_key>/", people.people, name="people"),
    path(f"{one}<uuid:module_key>/remind/", reminders.remind, name="remind"),
    path(f"{one}<uuid:module_key>/csv/", people.people_csv, name="people_csv"),
]
