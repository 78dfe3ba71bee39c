"""What the CMS lets a person do to courses, modules and lessons: write, order, never publish."""

from wagtail.models import PagePermissionTester


class ApprovedPagePermissionTester(PagePermissionTester):
    """Approval of a submission is the only way to go live or to leave, for everyone: even for an administrator."""

    def can_publish(self) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False

    def can_publish_subpage(self) -> bool:
        return False

    def can_unschedule(self) -> bool:
        return False

    def can_set_view_restrictions(self) -> bool:
        return False

    def can_submit_for_moderation(self) -> bool:
        return False

    def can_reorder_children(self) -> bool:
        # Learners follow the order that was approved, so a new order waits for approval like new words.
        return self.can_edit()
