"""This app's addresses under the language prefix."""

from django.urls import path

from privacy.views import account, names, notice, requests, retention

app_name = "privacy"
urlpatterns = [
    path("privacy/", notice.notice, name="notice"),
    path("privacy/desk/", requests.desk, name="desk"),
    path("privacy/notice/", notice.notice_change, name="notice_change"),
    path("privacy/requests/", requests.requests, name="requests"),
    path("privacy/requests/new/", requests.request_new, name="request_new"),
    path("privacy/requests/<int:pk>/", requests.request_detail, name="request"),
    path("privacy/requests/<int:pk>/refuse/", requests.request_refuse, name="request_refuse"),
    path("privacy/periods/", retention.periods, name="periods"),
    path("privacy/preview/", retention.preview_all, name="preview"),
    path("account/privacy/", account.privacy, name="account"),
    path("account/privacy/data/", account.export_json, name="export_json"),
    path("account/privacy/pdf/", account.export_pdf, name="export_pdf"),
    path("account/privacy/remove/", account.erase, name="erase"),
    path("account/privacy/keep/", account.erase_cancel, name="erase_cancel"),
    path("organisations/<slug:slug>/names-seen/", names.names_seen, name="names_seen"),
    path("organisations/<slug:slug>/names-seen/csv/", names.names_seen_csv, name="names_seen_csv"),
    path("organisations/<slug:slug>/periods/", retention.periods_of_organisation, name="periods_of_organisation"),
    path("organisations/<slug:slug>/preview/", retention.preview_of_organisation, name="preview_of_organisation"),
]
