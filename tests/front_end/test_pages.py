"""The frame of every page, the error pages and the rules that all templates keep."""

import json
import re
from pathlib import Path

import pytest
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "site" / "templates").rglob("*.html"))
ERROR_PAGES = ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"]

FULL_CHROME = {
    "home_url": "/en/",
    "place": "Riverside Anti-Slavery Partnership",
    "tabs": [{"label": "My learning", "url": "/en/learn/", "is_current": True}],
    "contacts": [{"label": "In danger now", "number": "999", "href": "tel:999", "note": ""}],
    "languages": [{"code": "ar", "name": "العربية", "url": "/ar/", "is_current": False, "dir": "rtl"}],
    "person": {"name": "Dana Whitlock", "url": "/en/account/"},
    "links": [{"label": "Privacy", "url": "/en/privacy/"}],
}


def frame(chrome: dict | None) -> str:
    request = RequestFactory().get("/en/")
    request.csp_nonce = "once"
    context = {"messages": []} if chrome is None else {"messages": [], "chrome": chrome}
    return get_template("base.html").template.render(Context({"request": request, **context}))


@pytest.mark.parametrize("chrome", [None, {}, dict.fromkeys(FULL_CHROME), {key: [] for key in FULL_CHROME}])
def test_the_frame_stands_with_nothing_in_it(chrome):
    html = frame(chrome)
    assert '<main class="govuk-main-wrapper" id="main">' in html
    assert 'href="#main"' in html
    assert "<nav" not in html
    assert "None" not in html


def test_the_frame_shows_what_it_is_given():
    html = frame(FULL_CHROME)
    assert 'aria-current="page">My learning</a>' in html
    assert '<a href="tel:999"><bdi>999</bdi></a>' in html
    assert 'hreflang="ar" lang="ar" dir="rtl"' in html
    assert "Dana Whitlock" in html
    assert 'nonce="once"' in html


@pytest.mark.parametrize(
    ("code", "direction", "sheet"), [("en", "ltr", "signpost.css"), ("fa", "rtl", "signpost.rtl.css")]
)
def test_direction_and_stylesheet_follow_the_language(code, direction, sheet):
    with translation.override(code):
        html = frame({})
    assert f'<html lang="{code}" dir="{direction}"' in html
    assert re.findall(r'rel="stylesheet" href="[^"]*/([\w.]+)"', html) == [sheet]


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_pages_need_nothing(name):
    """No database mark on this test: a query would fail it. No context and no request either, as for a 500."""
    html = render_to_string(name)
    assert html.count("<h1") == 1
    assert "08000 121 700" in html
    assert "999" in html
    assert "Signpost" in html
    assert "<script" not in html


def test_error_pages_take_brand_and_helpline():
    helpline = {"label": "Local line", "number": "01632 960 000", "href": "tel:01632960000"}
    html = render_to_string("404.html", {"brand": "Riverside", "helpline": helpline})
    assert "01632 960 000" in html
    assert "08000 121 700" not in html
    assert "Riverside</a>" in html


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_no_inline_style_or_script(path):
    """The content security policy would refuse them."""
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", source)
    assert "<style" not in source
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source)
    for tag in re.findall(r"<script[^>]*>", source):
        assert "src=" in tag
        assert "nonce=" in tag


@pytest.mark.parametrize(
    "path", sorted((ROOT / "site/templates/components").glob("*.html")), ids=lambda path: path.name
)
def test_components_name_their_variables(path):
    assert "ariables" in path.read_text(encoding="utf-8").split("\n{% load")[0][:900]


def test_packages_are_pinned_and_the_lock_names_no_host():
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    pinned = package.get("dependencies", {}) | package.get("devDependencies", {})
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pinned.values())
    assert set(pinned) == set(package["//"])
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")
