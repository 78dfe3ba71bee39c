"""A person's second account: asking for it, bringing it in, and parting the two again."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from organisations.access_merging import get_own_merge
from organisations.actions import ask_to_link, link_accounts, refusal_of_link, undo_merge
from organisations.forms_account import OtherAccountForm
from organisations.mail import read_link_token
from organisations.requests import SignedInRequest
from organisations.selectors_merging import merges_into
from organisations.views.pages import posted, refusals_in


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: SignedInRequest) -> HttpResponse:
    """Accounts that were brought in, and the address of another one to write to."""
    form = OtherAccountForm(posted(request))
    if form.is_valid():
        # Letters to one mailbox are limited like codes to it, whoever asks for them.
        limit = {"app": "allauth.account", "action": "request_login_code", "key": form.cleaned_data["email"].lower()}
        if ratelimit.consume(request, **limit):
            ask_to_link(person=request.user, email=form.cleaned_data["email"])
            messages.success(
                request,
                _(
                    "If another account has this address, we have sent a link to it. Open it within a day, here, "
                    "while you are signed in with this account."
                ),
            )
            return redirect("organisations:link")
        form.add_error(None, _("There were many tries in a short time. Wait five minutes, then try again."))
    context = {"form": form, "merges": merges_into(request.user, by_lead=False)}
    return render(request, "organisations/account/link.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def link_confirm(request: SignedInRequest, token: str) -> HttpResponse:
    """The page behind the link: opening it changes nothing, its button puts the two accounts together."""
    address = _address_of(request, token)
    if address is None or address.user_id == request.user.pk:
        if request.method == "POST":
            raise Http404
        # Whoever opens it elsewhere reads why nothing happens; it says the same of every link.
        is_done = {"is_done": address is not None}
        return render(request, "organisations/account/link_confirm.html", is_done)
    form, at = forms.Form(posted(request)), timezone.now()
    if form.is_valid():
        with refusals_in(form):
            link_accounts(kept=request.user, address=address, at=at)
            messages.success(request, _("Your two accounts are one now. You can sign in with each of your addresses."))
            return redirect("organisations:account")
    context = {"form": form, "address": address, "refusal": refusal_of_link(request.user, address.user, at)}
    return render(request, "organisations/account/link_confirm.html", context)


def _address_of(request: SignedInRequest, token: str) -> EmailAddress | None:
    """The address that a link proves, for the person who asked for it; None for everybody else."""
    asked = read_link_token(token)
    if asked is None or asked[0] != request.user.pk:
        return None
    return EmailAddress.objects.select_related("user").filter(pk=asked[1], verified=True).first()


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def link_part(request: SignedInRequest, pk: int) -> HttpResponse:
    """Parts two accounts again, after a question."""
    merge = get_own_merge(request.user, pk)
    if request.method == "POST":
        try:
            undo_merge(merge=merge, by=request.user, at=timezone.now())
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
        else:
            messages.success(request, _("They are two accounts again. Each has what was recorded in it."))
        return redirect("organisations:link")
    return render(request, "organisations/account/link_part.html", {"merge": merge})
