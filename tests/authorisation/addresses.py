"""What the addresses of the matrix are about: one of everything in the learner's own organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from courses.actions import add_comment, prepare_cms_groups, submit_module
from organisations.actions import bring_file
from organisations.clock import today
from organisations.mail import link_token
from organisations.models import Appointment, Merge
from organisations.partnership_links import Asked, asking_token
from privacy.actions.erasure import ask_for_erasure
from records.actions.learning import start_attempt, start_module, submit_attempt
from records.actions.regrading import propose_regrade, write_regrade
from records.actions.requirement_effect import start_counting
from records.actions.requirements import create_requirement
from records.models import BriefingLetter, Completion, Regrade
from records.selectors.requirement_plans import Plan
from records.terms import Terms
from reporting.actions import share_report
from tests.authorisation.people import START, Cast
from tests.factories.courses import body, lesson_pages, make_module
from tests.factories.guidance import ContactFactory
from tests.factories.organisations import (
    AppointmentFactory,
    AreaFactory,
    AwayFactory,
    EmailAddressFactory,
    InvitationFactory,
    MembershipFactory,
    NamesAgreementFactory,
    OrganisationDomainFactory,
    PartnershipFactory,
    RoleFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.quizzes import make_bank_question, make_quiz
from tests.factories.records import (
    AttendanceFactory,
    BriefingRequestFactory,
    CertificateFactory,
    CompletionFactory,
    CompletionMembershipFactory,
    OutsideCourseFactory,
    ReminderRoundFactory,
    SessionFactory,
    SessionInvitationFactory,
    WaiverFactory,
)
from tests.factories.reporting import ReportFactory


@dataclass(frozen=True)
class Work:
    """The learner's own work."""

    module_key: Any
    first_lesson: Any
    quiz_lesson: Any
    draft_key: Any
    attempt_pk: int
    certificate_code: str
    completion_pk: int


def make_work(cast: Cast, module: Any) -> Work:
    """A module begun, with a quiz handed in once and begun again, and another one completed."""
    now = timezone.now()
    person = cast.people["learner"]
    first, last = lesson_pages(module)
    enrolment = start_module(person=person, module=module, at=now)
    keys = {"enrolment": enrolment, "lesson_key": last.lesson_key, "at": now}
    attempt = submit_attempt(person=person, key=start_attempt(**keys).key, at=now)
    draft = start_attempt(**keys)
    completion: Completion = CompletionFactory(person=person)
    CompletionMembershipFactory(completion=completion, membership=cast.membership)
    certificate = CertificateFactory(completion=completion)
    return Work(
        module.module_key,
        first.lesson_key,
        last.lesson_key,
        draft.key,
        attempt.pk,
        certificate.code,
        completion.pk,
    )


def arguments(cast: Cast) -> dict[str, dict[str, Any]]:
    """The arguments of every address that takes some, by name; makes what they point at."""
    prepare_cms_groups()
    quiz = make_quiz(questions=2)
    question = make_bank_question()
    module = make_module(lessons=2, quiz=quiz)
    work = make_work(cast, module)
    place = {"slug": cast.organisation.slug}
    person = {**place, "pk": cast.membership.pk}
    joining = cast.organisation.join_requests.create(
        person=UserFactory(), role=cast.membership.role, email="someone@own.example"
    )
    invitation = InvitationFactory(organisation=cast.organisation, role=cast.membership.role)
    requirement = create_requirement(
        partnership=cast.partnership, module=module, is_for_all_roles=True, by=None, effective_from=START
    )
    chosen = {"owner": f"partnership-{cast.partnership.pk}", "module": module.pk, "who": "everyone", "due_days": 30}
    chosen |= {"base": "expiry", "window_days": 60, "effective_from": today().isoformat()}
    modules = [(module.translation_key, module.title)]
    effect_count = start_counting(
        plan=Plan(cast.partnership, modules, Terms(is_for_all_roles=True), today(), today()),
        filled_in={name: [str(value)] for name, value in chosen.items()},
        at=timezone.now(),
    )
    waiver = WaiverFactory(membership=cast.membership)
    lead = Appointment.objects.get(person=cast.people["own_lead"], kind=Appointment.Kind.ORGANISATION_LEAD)
    elsewhere = Appointment.objects.get(person=cast.people["other_partnership_lead"])
    unit = UnitFactory(organisation=cast.organisation)
    unit_lead = AppointmentFactory(kind=Appointment.Kind.UNIT_LEAD, unit=unit, person=cast.people["own_lead"])
    second_lead = AppointmentFactory(kind=Appointment.Kind.PARTNERSHIP_LEAD, partnership=cast.partnership)
    session = SessionFactory(partnership=cast.partnership, starts_at=timezone.now(), trainers=[cast.people["trainer"]])
    own_place = SessionInvitationFactory(
        session=session,
        organisation=cast.organisation,
        person=cast.people["learner"],
        answer="accepted",
        answered_at=timezone.now(),
    )
    told = BriefingLetter.objects.create(
        invitation=own_place, person=own_place.person, tell_by=timezone.now(), told_at=timezone.now()
    )
    wanted = BriefingRequestFactory(partnership=cast.partnership, organisation=cast.organisation)
    asked_to = SessionInvitationFactory(
        session=session, organisation=cast.organisation, answer="accepted", answered_at=timezone.now()
    )
    held = AttendanceFactory(
        session=session,
        name="Ama Boateng",
        organisation=cast.organisation,
        confirmed_at=timezone.now(),
        confirmed_by=cast.people["trainer"],
    )
    attendance = AttendanceFactory(session=session, person=cast.people["learner"], organisation=cast.organisation)
    submission = submit_module(
        module=make_module(lessons=1, is_published=False),
        by=cast.people["trainer"],
        what_changed="The first edition",
        at=timezone.now(),
    )
    words = {"display_title_ar": "درس", "body_ar": body("نص")}
    translated = {"pk": make_module(lessons=[words], display_title_ar="وحدة").pk, "code": "ar"}
    asked = ask_for_erasure(person=cast.people["learner"], by=cast.people["learner"], at=timezone.now())
    report = share_report(report=ReportFactory(partnership=cast.partnership, day=today()), by=None, at=timezone.now())
    remark = add_comment(
        submission=submission,
        part="module",
        language="en",
        text="Name the source.",
        by=cast.people["reviewer"],
        at=timezone.now(),
    )
    learner, twin = cast.people["learner"], MembershipFactory(organisation=cast.organisation)
    second = EmailAddressFactory(user=UserFactory(verified=False))
    brought = Merge.objects.create(kept=learner, merged=UserFactory(merged_into=learner, is_active=False))
    joined = Merge.objects.create(
        kept=learner,
        merged=UserFactory(merged_into=learner, is_active=False),
        organisation=cast.organisation,
    )
    lesson = {"module_key": work.module_key, "lesson_key": work.first_lesson}
    quiz_lesson = {"module_key": work.module_key, "lesson_key": work.quiz_lesson}
    draft = {"key": work.draft_key}
    return {
        **import_arguments(cast),
        "organisations:membership_leave": {"pk": cast.membership.pk},
        "organisations:join_organisation": place,
        "organisations:invitation": {"token": invitation.token},
        **{f"organisations:{name}": place for name in IN_ORGANISATION},
        **{f"organisations:{name}": person for name in ABOUT_A_PERSON},
        "organisations:person_away_end": {**person, "away_pk": AwayFactory(membership=cast.membership).pk},
        "organisations:unit_change": {**place, "pk": unit.pk},
        "organisations:unit_lead_new": {**place, "pk": unit.pk},
        "organisations:unit_lead_end": {**place, "pk": unit.pk, "appointment_pk": unit_lead.pk},
        "organisations:partnership_join_own": {
            "token": asking_token(Asked(elsewhere.partnership_id, elsewhere.person_id, today()))
        },
        "organisations:partnership_leave": {**place, "pk": cast.organisation.partnership_memberships.get().pk},
        "organisations:person_twice": person,
        "organisations:person_merge": {**person, "other_pk": twin.pk},
        "organisations:person_part": {**person, "merge_pk": joined.pk},
        "organisations:link_confirm": {"token": link_token(address_pk=second.pk, person_pk=learner.pk)},
        "organisations:link_part": {"pk": brought.pk},
        "organisations:names_withdraw": {
            **place,
            "pk": NamesAgreementFactory(organisation=cast.organisation, partnership=PartnershipFactory()).pk,
        },
        "organisations:domain_remove": {
            **place,
            "pk": OrganisationDomainFactory(organisation=cast.organisation).pk,
        },
        "organisations:lead_end": {**place, "pk": lead.pk},
        "organisations:join_request_approve": {**place, "pk": joining.pk},
        "organisations:join_request_refuse": {**place, "pk": joining.pk},
        "organisations:invitation_withdraw": {**place, "pk": invitation.pk},
        "organisations:invitation_again": {**place, "pk": invitation.pk},
        "organisations:role_change": {"slug": cast.membership.role.slug},
        "organisations:role_retire": {"slug": RoleFactory().slug},
        "organisations:appointment_end": {"pk": second_lead.pk},
        "organisations:area_change": {"pk": AreaFactory(partnership=cast.partnership).pk},
        "organisations:area_remove": {"pk": AreaFactory(partnership=cast.partnership).pk},
        **{f"records:{name}": {"module_key": work.module_key} for name in ABOUT_A_MODULE},
        "organisations:second_factor_reset": {"pk": second_lead.pk},
        "organisations:sign_in_end": {"key": cast.people["learner"].sign_ins.create(session_key="elsewhere").key},
        **{f"records:{name}": lesson for name in ("lesson", "lesson_done", "lesson_left_out")},
        "records:start_quiz": quiz_lesson,
        "records:question": {**draft, "number": 1},
        "records:check_answers": draft,
        "records:submit_quiz": draft,
        "records:result": {"pk": work.attempt_pk},
        "records:evaluation": {"pk": work.completion_pk},
        "records:person_record": person,
        **{f"records:{name}": {"key": session.key} for name in ABOUT_A_SESSION},
        **{f"records:{name}": {"key": session.key} for name in ("place_take", "place_give_up", "place_calendar")},
        "records:session_void": {"key": session.key, "pk": attendance.pk},
        "check_in": {"code": session.code},
        "records:request_decline": {"pk": wanted.pk},
        **{f"records:{name}": place for name in ("briefings", "briefing_ask")},
        **{f"records:{name}": {**place, "pk": asked_to.pk} for name in ("briefing_answer", "briefing_calendar")},
        "records:briefing_withdraw": {**place, "pk": wanted.pk},
        "records:briefing_match": {**place, "pk": held.pk},
        "records:briefing_told": place,
        "records:briefing_not_told": {**place, "pk": told.pk},
        "records:waiver_new": person,
        "records:quiz_help": person,
        "records:recognise": person,
        **{f"records:{name}": place for name in ABOUT_COMPLETIONS},
        "records:outside_course_remove": {
            **place,
            "pk": OutsideCourseFactory(organisation=cast.organisation, edition=module.editions.get()).pk,
        },
        "records:waiver_end": {**person, "waiver_pk": waiver.pk},
        "records:person_record_strike_out": {**person, "completion_pk": work.completion_pk},
        "records:certificate": {"code": work.certificate_code},
        "records:certificate_pdf": {"code": work.certificate_code},
        **{
            f"records:{name}": {"pk": requirement.pk}
            for name in ("requirement", "requirement_change", "requirement_end")
        },
        "records:requirement_effect": {"key": effect_count.key},
        **{f"reporting:{name}": {**place, "module_key": work.module_key} for name in ("people", "people_csv")},
        **{f"reporting:{name}": place for name in REPORTS_OF_ONE},
        **{f"reporting:{name}": {"key": report.key} for name in OF_A_REPORT},
        "reporting:report_comment": {"key": report.key, **place},
        "reporting:organisation_remind": place,
        "reporting:remind": {**place, "module_key": work.module_key},
        "reporting:reminder_round": {**place, "pk": ReminderRoundFactory(organisation=cast.organisation).pk},
        **{f"privacy:{name}": {"pk": asked.pk} for name in ("request", "request_refuse")},
        **{
            f"privacy:{name}": place
            for name in ("names_seen", "names_seen_csv", "periods_of_organisation", "preview_of_organisation")
        },
        "verify_certificate": {"code": work.certificate_code},
        **{name: {"pk": 1} for name in ("mfa_edit_webauthn", "mfa_remove_webauthn")},
        **{f"wagtailsnippetchoosers_guidance_{name}:chosen": {"pk": "0"} for name in ("contact", "fact")},
        **{name: {"provider_id": "own"} for name in ("openid_connect_login", "openid_connect_callback")},
        "account_confirm_email": {"key": "unknown"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "unknown"},
        **{f"courses:{name}": {"pk": submission.pk} for name in ABOUT_A_SUBMISSION},
        **{f"courses:{name}": {"pk": remark.pk} for name in ("resolve_comment", "reopen_comment")},
        "courses:editions": {"module_key": module.module_key},
        **{f"courses:{name}": {"pk": module.editions.get().pk} for name in ("edition", "call_off")},
        **{f"courses:{name}": {"pk": module.pk} for name in ("hand_in", "retire", "put_back")},
        **{f"courses:{name}": translated for name in ("translation", "sign_off")},
        **{f"quizzes:{name}": {"pk": quiz.pk} for name in ("edit", "delete", "inspect", "more")},
        **{f"questions:{name}": {"pk": question.pk} for name in ("edit", "delete", "inspect")},
        "questions:revisions_revert": {"pk": question.pk, "revision_id": question.latest_revision_id},
        **{f"answers:{name}": {"pk": quiz.pk} for name in ("quiz", "quiz_csv")},
        "answers:tags": {"module_key": module.module_key},
        "regrades:regrade": {"pk": make_regrade(quiz, cast.people["trainer"]).pk},
        "regrades:quiz": {"pk": quiz.pk},
        "regrades:write": {"pk": quiz.versions.get().places.all()[0].question_version_id},
        **{
            f"answers:{name}": {
                "pk": quiz.pk,
                "version_pk": quiz.versions.get().places.all()[0].question_version_id,
            }
            for name in ("question", "question_csv")
        },
        "quizzes:revisions_revert": {"pk": quiz.pk, "revision_id": quiz.save_revision().pk},
        "guidance:check": {"kind": "contact", "pk": ContactFactory().pk},
        "wagtailsnippets_guidance_contact:edit": {"pk": ContactFactory().pk},
        "records:below_catalogue": {"path": f"{module.get_parent().slug}/"},
        "wagtailcore_authenticate_with_password": {"page_view_restriction_id": 1, "page_id": 1},
    }


def make_regrade(quiz: Any, trainer: Any) -> Regrade:
    """A correction that waits for somebody else."""
    version = quiz.versions.get().places.all()[0].question_version
    content = {**version.content, "explanation": {"en": "Because it was corrected."}}
    made = write_regrade(version=version, content=content, by=trainer, at=timezone.now())
    return propose_regrade(regrade=made, reason="It had changed.", by=trainer, at=timezone.now())


def import_arguments(cast: Cast) -> dict[str, dict[str, Any]]:
    """A file of each kind whose columns wait to be looked at."""
    found = {}
    of_lead = (cast.organisation, cast.people["own_lead"])
    of_partnership = (cast.partnership, cast.people["own_partnership_lead"])
    for kind, app, (about, by) in (
        ("people", "organisations", of_lead),
        ("headcounts", "organisations", of_lead),
        ("headcounts_of_many", "organisations", of_partnership),
        ("completions", "records", of_lead),
    ):
        run = bring_file(
            place=about,
            kind=kind,
            content=b"Column A\n1\n",
            file_name="table.csv",
            by=by,
            at=timezone.now(),
        )
        place = {"slug": about.slug}
        found |= {f"{app}:{kind}_{name}": place for name in ("import_new", "import_template")}
        parts = ("import", "import_columns", "import_apply", "import_cancel", "import_errors")
        found |= {f"{app}:{kind}_{name}": {**place, "pk": run.pk} for name in parts}
    return found


ABOUT_COMPLETIONS = ("completions", "completions_csv", "completions_xlsx", "outside_course_new")
REPORTS_OF_ONE = (
    "organisation",
    "organisation_people",
    "organisation_people_csv",
    "organisation_trend",
    "organisation_trend_csv",
    "reminders",
)
IN_ORGANISATION = (
    "organisation",
    "organisation_change",
    "organisation_close",
    "organisation_merge",
    "units",
    "unit_new",
    "domain_new",
    "names",
    "lead_new",
    "people",
    "people_confirm",
    "person_new",
    "invitations",
    "invitation_new",
    "invitations_several",
    "invitations_unsent",
    "headcounts",
    "headcount_new",
)
ABOUT_A_SUBMISSION = ("review", "approve", "return", "withdraw", "comment")
ABOUT_A_MODULE = ("module", "start_module", "start_before", "start_after", "finish_module", "move_module")
ABOUT_A_SESSION = (
    "session",
    "session_invite",
    "session_cancel",
    "session_change",
    "session_screen",
    "session_people",
    "session_confirm",
    "session_register",
)
ABOUT_A_PERSON = (
    "person",
    "person_code",
    "person_confirm",
    "person_role",
    "person_end",
    "person_return",
    "person_away",
)
OF_A_REPORT = (
    "report",
    "report_share",
    "report_publish",
    "report_withdraw",
    "report_csv",
    "report_xlsx",
    "report_pdf",
)
