"""The app's registration."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    """Joins the toolboxes below it."""

    name = "courses"

    def ready(self) -> None:
        from courses.facts import questions_in
        from courses.quoting_places import places_quoting
        from guidance.places import register_place_finder
        from quizzes.showing import register_filler

        register_filler(questions_in)
        register_place_finder(places_quoting)
