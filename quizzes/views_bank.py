"""The bank of questions in the CMS: the list, bringing files, and taking them away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from quizzes.access import (
    may_bring_questions,
    may_change_many,
    may_change_questions,
    refuse_bank,
    refuse_bringing,
    refuse_many,
)
from quizzes.actions import Deed, ManyPlan, change_many, import_items, plan_import, plan_many
from quizzes.actions.bank_many import MOST
from quizzes.formats import gift_writer, moodle_xml_writer, own_json
from quizzes.forms_bank import BankFilterForm, BringForm, ManyForm, kind_names
from quizzes.leaving import places_of
from quizzes.models import Question
from quizzes.selectors_bank import items_of

PER_PAGE = 50
#: How many of those that were left alone are named once more.
NAMED = 10
#: Name, ending and content type of what is taken away, and what writes it.
FILES: dict[str, tuple[str, str, Any]] = {
    "json": ("questions.json", "application/json", own_json.write),
    "gift": ("questions.txt", "text/plain; charset=utf-8", gift_writer.write),
    "moodle_xml": ("questions.xml", "application/xml", moodle_xml_writer.write),
}


@require_GET
def bank(request: HttpRequest) -> HttpResponse:
    """The questions of the bank that fit what is asked for."""
    refuse_bank(request.user)
    form = BankFilterForm(request.GET)
    questions = form.filtered(Question.objects.defer("body").prefetch_related("tags"))
    page = Paginator(questions, PER_PAGE).get_page(request.GET.get("page"))
    places = places_of(page.object_list)
    for question in page.object_list:
        question.named_in, question.drawn_in = places[question.pk]
    asked = request.GET.copy()
    asked.pop("page", None)
    return render(
        request,
        "quizzes/cms/bank.html",
        {
            "form": form,
            "page": page,
            "asked": asked.urlencode(),
            "kinds": dict(kind_names()),
            "may_bring": may_bring_questions(request.user),
            "may_change": may_change_questions(request.user),
            "many": ManyForm(auto_id="many_%s") if may_change_many(request.user) else None,
        },
    )


@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """Says what would become of the questions ticked, or of all that fit; does it when the person says so."""
    refuse_many(request.user)
    form, asked = ManyForm(request.POST), request.POST.get("asked", "")
    back = f"{reverse('bank:list')}?{QueryDict(asked).urlencode()}"
    ids = _meant(request.POST, asked)
    problems = [str(error) for errors in form.errors.values() for error in errors]
    if not ids or len(ids) > MOST:
        none, more = (
            _("Tick at least one question."),
            _("At most %(most)s questions can be changed at once. Filter more."),
        )
        problems.append(more % {"most": f"{MOST:,}"} if ids else none)
    if problems:
        for problem in problems:
            messages.error(request, problem)
        return redirect(back)
    deed, tag = form.cleaned_data["deed"], form.cleaned_data["tag"]
    if request.POST.get("step") == "apply":
        _tell(request, change_many(ids=ids, deed=deed, tag=tag, by=request.user, at=timezone.now()))  # type: ignore[arg-type]
        return redirect(back)
    context = {"plan": plan_many(ids=ids, deed=deed, tag=tag), "name": Deed(deed).label, "deed": deed, "tag": tag}
    return render(
        request,
        "quizzes/cms/bank_many.html",
        {**context, "asked": asked, "back": back, "ids": ",".join(map(str, ids))},
    )


def _meant(posted: QueryDict, asked: str) -> list[int]:
    """The ids of the questions that a form means: those it names, those ticked, or all that fit its filters."""
    if "everything" in posted and "ids" not in posted:
        fitting = BankFilterForm(QueryDict(asked)).filtered(Question.objects.order_by("pk"))
        return list(fitting.values_list("pk", flat=True)[: MOST + 1])
    given = posted.get("ids", "").split(",") if "ids" in posted else posted.getlist("chosen")
    return sorted({int(each) for each in given if each.isascii() and each.isdigit() and len(each) < 19})


def _tell(request: HttpRequest, plan: ManyPlan) -> None:
    done = ngettext("%(count)s question was changed.", "%(count)s questions were changed.", len(plan.changed))
    messages.success(request, done % {"count": len(plan.changed)})
    if plan.refused:
        words = ngettext(
            "%(count)s question was left as it was: %(names)s",
            "%(count)s questions were left as they were: %(names)s",
            len(plan.refused),
        )
        names = "; ".join(str(question) for question, _why in plan.refused[:NAMED])
        more = "…" if len(plan.refused) > NAMED else ""
        messages.warning(request, words % {"count": len(plan.refused), "names": names + more})


@require_GET
def take_away(request: HttpRequest, format_name: str) -> HttpResponse:
    """The listed questions as a file; what the format cannot carry is said in a text of its own, with ?report."""
    refuse_bank(request.user)
    name, content_type, write = FILES[format_name]
    written = write(items_of(BankFilterForm(request.GET).filtered(Question.objects.order_by("pk"))))
    if "report" in request.GET:
        context = {"written": written, "file_name": name}
        return render(request, "quizzes/cms/bank_report.html", context)
    response = HttpResponse(written.data, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def bring(request: HttpRequest) -> HttpResponse:
    """Shows what a file or a pasted text would bring; brings it in when the person says so."""
    refuse_bringing(request.user)
    form = BringForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "kinds": dict(kind_names())}
    if request.method == "POST" and form.is_valid():
        is_wanted = request.POST.get("step") == "apply"
        if is_wanted and not form.is_unseen:
            plan = import_items(items=form.result.items, by=request.user, at=timezone.now())  # type: ignore[arg-type]
            words = _("%(new)s questions are in the bank as drafts. %(old)s were there already.")
            messages.success(request, words % {"new": len(plan.new), "old": plan.unchanged})
            return redirect("bank:list")
        plan, shown = plan_import(form.result.items), form.sent_back()
        context |= {"result": form.result, "plan": plan, "shown": shown, "is_another": is_wanted}
    return render(request, "quizzes/cms/bring.html", context)
