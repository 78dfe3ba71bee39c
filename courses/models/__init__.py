"""Courses, their modules and lessons, and the editions that learners are served."""

from courses.models.comments import Comment
from courses.models.editions import Edition, EditionLesson, Effect, Submission
from courses.models.pages import CourseIndexPage, CoursePage, LessonPage, ModulePage
from courses.models.starter import StarterItem
from courses.models.translations import TranslationReview

__all__ = [
    "Comment",
    "CourseIndexPage",
    "CoursePage",
    "Edition",
    "EditionLesson",
    "Effect",
    "LessonPage",
    "ModulePage",
    "StarterItem",
    "Submission",
    "TranslationReview",
]
