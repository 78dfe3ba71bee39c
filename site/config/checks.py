"""What an installation must not be started with, told by `manage.py check`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security)
def second_factor(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Only a development machine may let appointments work without a second factor."""
    if settings.SECOND_FACTOR_REQUIRED or settings.IS_DEVELOPMENT:
        return []
    return [
        Error(
            "SECOND_FACTOR_REQUIRED is off outside a development machine.",
            hint="Unset it: leads, trainers, reviewers and operators must prove a second factor.",
            id="config.E001",
        )
    ]


@register(Tags.security, deploy=True)
def security_contact(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Whoever finds a hole needs somebody to tell."""
    if settings.SECURITY_CONTACT.startswith(("mailto:", "https://", "tel:")):
        return []
    return [
        Warning(
            "SECURITY_CONTACT names nobody, so /.well-known/security.txt does not exist.",
            hint="Set it to an address such as mailto:security@example.org or https://example.org/report.",
            id="config.W001",
        )
    ]


@register(Tags.security, deploy=True)
def shared_limits(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Guesses are counted in the cache; in the memory of a process, each process counts for itself."""
    if settings.REDIS_URL or settings.WEB_CONCURRENCY < 2:
        return []
    return [
        Warning(
            "Several web processes count the tries at signing in each for itself, so that more are allowed.",
            hint="Set REDIS_URL, so that they share one cache.",
            id="config.W002",
        )
    ]
