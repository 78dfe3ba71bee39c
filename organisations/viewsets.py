"""What the CMS shows of this app."""

from wagtail.admin.viewsets.base import ViewSet


class NoScreens(ViewSet):
    """Stands where Wagtail expects the screens for users and groups.

    Its own would make people with passwords nobody proved, show everybody's name to trainers and let a group gain
    the permission to publish. People come in by `organisations.actions`, groups by `courses.actions`.
    """

    def get_urlpatterns(self) -> list:
        return []

    def on_register(self) -> None:
        """No menu and no search area."""
