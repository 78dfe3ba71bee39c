"""Every request has its line, and no line holds what stands in an address."""

from __future__ import annotations

import json
import logging
import runpy
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from config import logs
from config.logs import JsonFormatter, WithoutPaths, request_id_from

SECRET = "BCDFGHJKMNPQRSTVWXYZ23456789"


def as_json(record: logging.LogRecord) -> dict:
    WithoutPaths().filter(record)
    return json.loads(JsonFormatter().format(record))


@pytest.mark.django_db
def test_a_request_has_a_line_with_its_route_and_not_its_path(client, caplog):
    with caplog.at_level(logging.INFO, logger="config.requests"):
        response = client.get(f"/verify/{SECRET}/?name=Somebody", headers={"X-Request-ID": "abc-12345678"})
    assert response.headers["X-Request-ID"] == "abc-12345678"
    (record,) = [each for each in caplog.records if each.name == "config.requests"]
    line = as_json(record)
    assert line["route"] == "verify_certificate"
    assert (line["method"], line["status"], line["level"], line["logger"]) == ("GET", 404, "INFO", "config.requests")
    assert line["duration_ms"] >= 0
    assert SECRET not in json.dumps(line)
    assert "Somebody" not in json.dumps(line)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/static/none.css"])
def test_probes_and_styles_have_none_while_they_are_well(client, caplog, path):
    with caplog.at_level(logging.INFO, logger="config.requests"):
        response = client.get(path)
    lines = [each for each in caplog.records if each.name == "config.requests"]
    assert len(lines) == (response.status_code >= 400)


@pytest.mark.parametrize(
    "header", ["", "short", "a" * 65, "with space 12345", "line\nbreak-12345", "<script>alert(1)"]
)
def test_an_id_that_is_not_well_formed_is_replaced(header):
    assert request_id_from(header) != header
    assert len(request_id_from(header)) == 32


@given(st.text())
def test_whatever_comes_an_id_is_one_plain_word(header):
    assert logs.WELL_FORMED.fullmatch(request_id_from(header))


def test_djangos_own_lines_lose_the_path():
    request = RequestFactory().get(f"/verify/{SECRET}/?code={SECRET}")
    record = logging.LogRecord(
        "django.request", logging.ERROR, __file__, 1, "%s: %s", ("Internal Server Error", request.path), None
    )
    record.request = request
    record.status_code = 500
    line = as_json(record)
    assert line["message"] == "Internal Server Error: verify_certificate"
    assert SECRET not in json.dumps(line)


def test_an_address_without_a_route_leaves_nothing():
    request = RequestFactory().get(f"/nowhere/{SECRET}")
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "%s", (request.get_full_path(),), None)
    record.request = request
    assert as_json(record)["message"] in {"-", "wagtail_serve"}


def test_gunicorn_says_nothing_of_addresses(monkeypatch, caplog):
    monkeypatch.setenv("WEB_CONCURRENCY", "3")
    monkeypatch.setenv("LOG_FORMAT", "json")
    made = runpy.run_path(str(settings.BASE_DIR / "site" / "config" / "gunicorn.py"))
    assert made["workers"] == 3
    assert made["accesslog"] is None
    assert made["logconfig_dict"]["formatters"]["generic"] == {"()": "config.logs.JsonFormatter"}
    said = []
    quiet = made["QuietLogger"].__new__(made["QuietLogger"])
    quiet.error_log = SimpleNamespace(
        warning=lambda msg, *args, **kwargs: said.append(msg % args),
        exception=lambda msg, *args, **kwargs: said.append(msg % args),
    )
    quiet.warning("Invalid request from ip=192.0.2.7: bad header")
    quiet.exception("Error handling request %s", f"/verify/{SECRET}/")
    assert said == ["Invalid request from a client", "Error handling a request"]
