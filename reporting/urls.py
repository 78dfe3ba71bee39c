"""This app's addresses under the language prefix."""

from django.urls import path

from reporting.views import coverage, delivery, gaps, organisation, people, trend

app_name = "reporting"
one = "coverage/organisations/<slug:slug>/"
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
    path(one, organisation.organisation, name="organisation"),
    path(f"{one}trend/", trend.trend, name="organisation_trend"),
    path(f"{one}trend/csv/", trend.trend_csv, name="organisation_trend_csv"),
    path(f"{one}people/", people.people, name="organisation_people"),
    path(f"{one}people/csv/", people.people_csv, name="organisation_people_csv"),
    path(f"{one}<uuid:module_key>/", people.people, name="people"),
    path(f"{one}<uuid:module_key>/csv/", people.people_csv, name="people_csv"),
]
