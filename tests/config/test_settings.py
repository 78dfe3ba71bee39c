"""What the environment says reaches the settings."""

from __future__ import annotations

import runpy

import pytest
from django.conf import settings
from storages.backends.s3 import S3Storage

from config.env import MissingSetting

S3 = {
    "S3_BUCKET": "signpost",
    "S3_PUBLIC_URL": "https://media.example.org/",
    "S3_ENDPOINT": "https://store.example.org",
}


def settings_with(monkeypatch, **variables: str) -> dict:
    """The settings of an installation with these variables."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(settings.BASE_DIR / "site" / "config" / "settings.py"))


def test_uploads_go_to_an_object_store(monkeypatch):
    made = settings_with(monkeypatch, **S3)
    store = made["STORAGES"]["default"]
    assert store["BACKEND"] == "storages.backends.s3.S3Storage"
    assert S3Storage(**store["OPTIONS"]).url("images/a.jpg") == "https://media.example.org/images/a.jpg"
    for policy in (made["CONTENT_SECURITY_POLICY"]["DIRECTIVES"], made["CMS_CONTENT_SECURITY_POLICY"]):
        assert "https://media.example.org" in policy["img-src"]
        assert "https://media.example.org" not in policy["script-src"]


def test_a_store_without_a_public_address_is_refused_at_the_start(monkeypatch):
    with pytest.raises(MissingSetting, match="Set S3_PUBLIC_URL, because S3_BUCKET is set"):
        settings_with(monkeypatch, S3_BUCKET="signpost")


def test_a_shared_cache(monkeypatch):
    made = settings_with(monkeypatch, REDIS_URL="redis://cache:6379/0")
    assert made["CACHES"]["default"]["BACKEND"].endswith("RedisCache")


def test_log_lines_are_plain_unless_json_is_asked_for(monkeypatch):
    assert settings_with(monkeypatch)["LOGGING"]["handlers"]["console"]["formatter"] == "line"
    made = settings_with(monkeypatch, LOG_FORMAT="json")
    assert made["LOGGING"]["handlers"]["console"]["formatter"] == "json"


@pytest.mark.parametrize(
    ("address", "options"),
    [
        ("postgres://a:b@database/signpost", "-c jit=off -c plan_cache_mode=force_generic_plan"),
        ("postgres://a:b@database/signpost?options=-c%20jit%3Don&sslmode=require", "-c jit=on"),
    ],
)
def test_postgresql_compiles_nothing_unless_the_operator_says_so(monkeypatch, address, options):
    database = settings_with(monkeypatch, DATABASE_URL=address)["DATABASES"]["default"]
    given = {"sslmode": "require"} if "sslmode" in address else {}
    assert database["OPTIONS"] == {**given, "options": options, "prepare_threshold": 1}


def test_postgresql_keeps_no_plans_where_a_pool_cannot(monkeypatch):
    address = "postgres://a:b@database/signpost"
    database = settings_with(monkeypatch, DATABASE_URL=address, DATABASE_KEEPS_PLANS="0")["DATABASES"]["default"]
    assert database["OPTIONS"].keys() == {"options"}
