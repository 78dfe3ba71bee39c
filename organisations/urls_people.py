"""The addresses of a person's own pages and of joining."""

from django.urls import path

from organisations.views import account, cms, joining, linking, second_factor, sign_ins, staff_sign_in

urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/details/", account.account_details, name="account_details"),
    path("account/memberships/", account.memberships, name="memberships"),
    path("account/memberships/<int:pk>/leave/", account.membership_leave, name="membership_leave"),
    path("account/accounts/", linking.link, name="link"),
    path("account/accounts/<int:pk>/part/", linking.link_part, name="link_part"),
    path("account/accounts/<str:token>/", linking.link_confirm, name="link_confirm"),
    path("account/send-again/", account.send_again, name="send_again"),
    path("account/staff/", staff_sign_in.staff_sign_in, name="staff_sign_in"),
    path("account/staff/code/", staff_sign_in.staff_code, name="staff_code"),
    path("account/sign-ins/", sign_ins.sign_ins, name="sign_ins"),
    path("account/sign-ins/end-others/", sign_ins.sign_ins_end_others, name="sign_ins_end_others"),
    path("account/sign-ins/<uuid:key>/end/", sign_ins.sign_in_end, name="sign_in_end"),
    path("account/prove/", second_factor.second_factor, name="second_factor"),
    path("join/", joining.join, name="join"),
    path("join/<slug:slug>/", joining.join_organisation, name="join_organisation"),
    # Wagtail signs in visitors of private pages here, past codes and limits.
    path("_util/login/", cms.sign_in, {"otherwise": "/"}),
    path("invitations/<str:token>/", joining.invitation, name="invitation"),
]
