"""What the CMS lets a person do to courses, modules and lessons: write, order, never publish."""

from wagtail.models import Page, PagePermissionTester

from organisations.groups import ENGLISH, write_permission


class CatalogueDoorPermissionTester(PagePermissionTester):
    """Lets operators publish the list of courses itself, but nobody a course below it."""

    def can_publish_subpage(self) -> bool:
        return False

    def can_set_view_restrictions(self) -> bool:
        # What is open and what is closed follows from the product's rules.
        return False

    def can_submit_for_moderation(self) -> bool:
        return False

    def can_reorder_children(self) -> bool:
        # Learners follow the order that was approved, so a new order of lessons waits for approval like new words.
        return self.can_edit() and self.may_shape()

    def may_shape(self) -> bool:
        """Whether the person may do more to the page than translate it."""
        return self.user.has_perm(write_permission(ENGLISH))

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return self.may_shape() and super().can_delete(ignore_bulk)

    def can_move_to(self, destination: Page) -> bool:
        # A new place among the same neighbours is an order, not a move.
        if self.page.is_child_of(destination):
            return destination.permissions_for_user(self.user).can_reorder_children()
        return super().can_move_to(destination)


class ApprovedPagePermissionTester(CatalogueDoorPermissionTester):
    """Approval of a submission is the only way to go live or to leave, for everyone: even for an administrator."""

    def can_publish(self) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False

    def can_unschedule(self) -> bool:
        return False
