"""Where uploads and built files are kept; called by the settings."""

from __future__ import annotations

from typing import Any

from config import env

FILES = "django.core.files.storage"
Storages = dict[str, dict[str, Any]]


def storages(*, is_development: bool) -> Storages:
    """Uploads in a folder, or in an object store where S3_BUCKET names one."""
    built = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    return {
        "default": _object_store() if env.text("S3_BUCKET") else {"BACKEND": f"{FILES}.FileSystemStorage"},
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if is_development else built
        },
    }


def media_origins() -> list[str]:
    """Where browsers fetch pictures from besides this site."""
    return [_public_url()] if env.text("S3_BUCKET") else []


def _public_url() -> str:
    return env.needed("S3_PUBLIC_URL", because="S3_BUCKET is set").rstrip("/")


def _object_store() -> dict[str, Any]:
    """Browsers fetch pictures from the public address; documents go through our own view, which asks who may read."""
    scheme, _colon, host = _public_url().partition("://")
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.text("S3_BUCKET"),
            "endpoint_url": env.text("S3_ENDPOINT") or None,
            "region_name": env.text("S3_REGION") or None,
            "access_key": env.text("S3_ACCESS_KEY") or None,
            "secret_key": env.text("S3_SECRET_KEY") or None,
            "custom_domain": host,
            "url_protocol": f"{scheme}:",
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": False,
        },
    }
