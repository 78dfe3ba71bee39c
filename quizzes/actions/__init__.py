"""Every write of quizzes: quizzes and their frozen versions, and the bank of questions."""

from quizzes.actions.bank import delete_question, import_items, plan_import, refuse_delete_question, save_question
from quizzes.actions.bank_many import Deed, ManyPlan, change_many, plan_many
from quizzes.actions.freezing import freeze_quiz
from quizzes.actions.quizzes import (
    change_quiz,
    create_quiz,
    delete_quiz,
    refuse_delete,
    refuse_unusable,
    save_quiz,
)

__all__ = [
    "Deed",
    "ManyPlan",
    "change_many",
    "change_quiz",
    "create_quiz",
    "delete_question",
    "delete_quiz",
    "freeze_quiz",
    "import_items",
    "plan_import",
    "plan_many",
    "refuse_delete",
    "refuse_delete_question",
    "refuse_unusable",
    "save_question",
    "save_quiz",
]
