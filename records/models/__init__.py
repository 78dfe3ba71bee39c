"""What is required, what people did, and what stands of it."""

from records.models.allowances import ExtraAttempt, MoreTime
from records.models.certificates import Certificate
from records.models.completions import Completion, CompletionMembership, LessonsNotDone
from records.models.effects import EffectCount
from records.models.evaluations import Evaluation
from records.models.learning import Attempt, AttemptDraft, Enrolment, LessonAskedAgain, LessonProgress, Part
from records.models.letters import BriefingLetter
from records.models.recognition import OutsideCourse, Recognition
from records.models.regrades import Regrade, RegradedAttempt
from records.models.reminders import Reminder, ReminderRound
from records.models.requirements import Requirement, RequirementVersion
from records.models.sessions import OWN, PARTED, TWICE, Attendance, BriefingRequest, Session, SessionInvitation
from records.models.standing import Standing
from records.models.waivers import Waiver

__all__ = [
    "OWN",
    "PARTED",
    "TWICE",
    "Attempt",
    "AttemptDraft",
    "Attendance",
    "BriefingLetter",
    "BriefingRequest",
    "Certificate",
    "Completion",
    "CompletionMembership",
    "EffectCount",
    "Enrolment",
    "Evaluation",
    "ExtraAttempt",
    "LessonAskedAgain",
    "LessonProgress",
    "LessonsNotDone",
    "MoreTime",
    "OutsideCourse",
    "Part",
    "Recognition",
    "Regrade",
    "RegradedAttempt",
    "Reminder",
    "ReminderRound",
    "Requirement",
    "RequirementVersion",
    "Session",
    "SessionInvitation",
    "Standing",
    "Waiver",
]
