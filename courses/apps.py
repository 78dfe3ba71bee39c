"""The app's registration."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from wagtail.signals import post_page_move


class CoursesConfig(AppConfig):
    """Joins the toolboxes below it, and keeps the addresses in the cache fresh, however the tree was changed."""

    name = "courses"

    def ready(self) -> None:
        from courses.cards import forget_addresses
        from courses.facts import questions_in
        from courses.in_editions import kept_by_editions
        from courses.models import CourseIndexPage, CoursePage, LessonPage, ModulePage
        from courses.quoting_places import places_quoting
        from guidance.places import register_keeper, register_place_finder
        from guidance.quoting import refuse_unknown
        from quizzes.showing import register_check, register_filler

        register_filler(questions_in)
        register_check(refuse_unknown)
        register_place_finder(places_quoting)
        register_keeper(kept_by_editions)
        post_page_move.connect(forget_addresses, dispatch_uid="courses.forget_addresses")
        for signal in (post_save, post_delete):
            for model in (CourseIndexPage, CoursePage, ModulePage, LessonPage):
                signal.connect(
                    forget_addresses, sender=model, dispatch_uid=f"courses.forget_addresses.{model.__name__}"
                )
