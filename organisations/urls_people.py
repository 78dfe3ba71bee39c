"""The addresses of a person's own pages and of joining."""

from django.urls import path

from organisations.views import account, cms, joining

urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/details/", account.account_details, name="account_details"),
    path("account/memberships/", account.memberships, name="memberships"),
    path("account/memberships/<int:pk>/leave/", account.membership_leave, name="membership_leave"),
    path("account/send-again/", account.send_again, name="send_again"),
    path("join/", joining.join, name="join"),
    path("join/<slug:slug>/", joining.join_organisation, name="join_organisation"),
    # Wagtail signs in visitors of private pages here, past codes and limits.
    path("_util/login/", cms.sign_in, {"otherwise": "/"}),
    path("invitations/<str:token>/", joining.invitation, name="invitation"),
]
