"""Courses, their modules and lessons, and the editions that learners are served."""

from courses.models.editions import Edition, EditionLesson, Submission
from courses.models.pages import CourseIndexPage, CoursePage, LessonPage, ModulePage
from courses.models.starter import StarterItem

__all__ = [
    "CourseIndexPage",
    "CoursePage",
    "Edition",
    "EditionLesson",
    "LessonPage",
    "ModulePage",
    "StarterItem",
    "Submission",
]
