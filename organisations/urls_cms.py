"""Addresses under /cms/ that stand before Wagtail's own; unnamed, so that Wagtail's names lead here."""

from django.urls import path, re_path

from organisations.views import cms

#: Screens that would write people or groups past our actions; workflows, which approval here does without; and
#: Wagtail's rehearsals of its error pages.
CLOSED = (
    *("users", "groups", "bulk/organisations/user", "bulk/auth"),
    *("workflows", "pages/workflow", "reports/workflow", "reports/workflow_tasks"),
    *("failwhale", "test404"),
)

urlpatterns = [
    path("login/", cms.sign_in),
    path("logout/", cms.sign_out),
    re_path(r"^password_reset/(?P<rest>.*)$", cms.reset_password),
    path("account/", cms.settings),
    re_path(rf"^(?:{'|'.join(CLOSED)})/(?P<rest>.*)$", cms.closed),
    path("pages/<int:page_to_move_id>/set_position/", cms.set_position),
]
