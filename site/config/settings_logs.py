"""How the server's log is written; called by the settings."""

from __future__ import annotations

from typing import Any

from config import env


def logging_settings(*, is_development: bool) -> dict[str, Any]:
    """Plain lines, or JSON where LOG_FORMAT asks for it; no personal data in either."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "class": "config.logs.QuietFormatter",
                "format": "{asctime} {levelname} {name} {message}",
                "style": "{",
            },
            "json": {"()": "config.logs.JsonFormatter"},
        },
        # Paths hold codes and tokens.
        "filters": {"without_paths": {"()": "config.logs.WithoutPaths"}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "json" if env.text("LOG_FORMAT") == "json" else "line",
                "filters": ["without_paths"],
            }
        },
        "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
        # Their INFO lines tell of each page saved and each task run; the CMS keeps that history itself.
        "loggers": {
            **{name: {"level": "WARNING"} for name in ("wagtail", "django_tasks", "django_tasks_db")},
            # At DEBUG one writes down whole contexts of templates, the other every value sent to the database.
            **{name: {"level": "INFO"} for name in ("django.template", "django.db.backends")},
            # Who looked at names is written down, however quiet the rest of the log is set.
            "organisations.names": {"level": "INFO"},
            # On a developer's screen a line for each request is noise.
            "config.requests": {"level": "WARNING" if is_development else "INFO"},
            # Theirs print the path; what was not found or not allowed has its line among the requests.
            "django.request": {"level": "ERROR"},
        },
    }
