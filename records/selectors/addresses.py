"""Where a module or a lesson is found, also when its page was renamed, withdrawn or deleted."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from courses.addresses import page_address


def module_address(module_key: UUID, module_path: str | None) -> str:
    """The module's page; where that is gone, the address that people at work in it keep."""
    return page_address(module_path) or reverse("records:module", args=[module_key])


def lesson_address(
    module_key: UUID, lesson_key: UUID, *, module_path: str | None, lesson_path: str | None, slug: str
) -> str:
    """The lesson's page; where that is gone, its place below the module's; where both are gone, its own address."""
    path = lesson_path or (f"{module_path}{slug}/" if module_path else None)
    return page_address(path) or reverse("records:lesson", args=[module_key, lesson_key])
