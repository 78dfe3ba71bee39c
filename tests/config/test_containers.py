"""The container files name only what there is: they are checked here, not built."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.urls import reverse

from quizzes.formats.items import LARGEST_FILE

ROOT = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
README = (ROOT / "README.md").read_text()
#: Variables of the containers themselves and of their tools.
THEIR_OWN = {
    *("PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PIP_DISABLE_PIP_VERSION_CHECK", "PIP_NO_CACHE_DIR"),
    "POSTGRES_PASSWORD",
}
#: What the image makes itself.
MADE = ("node_modules", "site/static", "downloads/fonts")


def known_variables() -> set[str]:
    """The names that our code asks the environment for."""
    files = [*(ROOT / "site" / "config").glob("*.py")]
    return {name for file in files for name in re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', file.read_text())} | {
        "SECRET_KEY"
    }


def in_readme() -> set[str]:
    """The names in the README's table."""
    rows = [line for line in README.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row.split("|")[1])}


def test_every_variable_that_the_code_asks_for_is_in_the_readme():
    assert known_variables() - in_readme() == set()


def test_every_variable_of_the_containers_means_something():
    text = (ROOT / "compose.yaml").read_text()
    named = set(re.findall(r"\$\{([A-Z0-9_]+)", text)) | set(COMPOSE["x-signpost"]["environment"])
    for names in re.findall(r"^ENV (.*)$", DOCKERFILE, re.MULTILINE):
        named |= set(re.findall(r"([A-Z0-9_]+)=", names))
    assert named - known_variables() - THEIR_OWN == set()


@pytest.mark.parametrize("source", re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE))
def test_what_is_copied_is_there(source):
    assert all((ROOT / name).exists() for name in source.split())


def test_what_comes_from_another_stage_is_made_there():
    stages = set(re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE, re.MULTILINE))
    for stage, path in re.findall(r"^COPY --from=(\S+) (\S+)", DOCKERFILE, re.MULTILINE):
        assert stage in stages
        assert path == "/venv" or path.removeprefix("/signpost/").startswith(MADE)


def test_nobody_runs_as_root_and_no_secret_is_built_in():
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE) == ["signpost"]
    assert DOCKERFILE.rindex("USER signpost") < DOCKERFILE.rindex("CMD")
    assert not re.search(r"^(ENV|ARG) .*(SECRET|PASSWORD|KEY)", DOCKERFILE, re.MULTILINE)


def test_what_is_set_for_one_reaches_all_of_ours():
    for name in ("migrate", "web", "worker"):
        service = COMPOSE["services"][name]
        assert service["env_file"] == ".env"
        assert service["environment"]["BIND"].endswith(f":{COMPOSE['services']['web']['expose'][0]}")


def test_the_second_proxy_leaves_the_last_address_to_be_the_one_who_asks():
    assert "ALLAUTH_TRUSTED_PROXY_COUNT = 1\n" in (ROOT / "site" / "config" / "settings.py").read_text()
    proxy = (ROOT / "docs" / "operators" / "nginx.conf").read_text()
    assert re.findall(r"^ *proxy_set_header X-Forwarded-For (.*);", proxy, re.MULTILINE) == ["$http_x_forwarded_for"]


def test_the_proxy_lets_question_files_through_and_those_that_the_page_refuses():
    proxy = (ROOT / "docs" / "operators" / "nginx.conf").read_text()
    (block,) = re.findall(rf"location = {reverse('bank:bring')} \{{(.*?)\}}", proxy, re.DOTALL)
    (size,) = re.findall(r"client_max_body_size (\d+)m;", block)
    assert int(size) * 1024 * 1024 > LARGEST_FILE * 3 // 2
    assert "proxy_pass http://signpost;" in block
    # What is set inside of one place would be missing in the other.
    assert not re.search(r"location [^{]*\{[^}]*proxy_set_header", proxy)


def test_the_programs_that_back_up_are_as_old_as_the_server():
    (image,) = re.findall(r"^FROM (python:\S+)$", DOCKERFILE, re.MULTILINE)
    assert (image.rpartition("-")[2], COMPOSE["services"]["database"]["image"]) == ("bookworm", "postgres:15")


def test_services_are_whole():
    services = COMPOSE["services"]
    assert {"migrate", "web", "worker", "proxy", "database", "cache"} == set(services)
    for service in services.values():
        for name in service.get("depends_on", ()):
            assert name in services
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (ROOT / source).exists()
        # Only the proxy is reached from outside, and only from this machine: TLS stands in front of it.
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    assert services["web"]["deploy"]["replicas"] == 2


def test_what_is_left_out_of_the_image_is_not_needed_in_it():
    ignored = {line.strip() for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"}
    assert {".git", ".env", "var", "media", "tests"} <= ignored
    assert not ignored & {"site", "locale", "organisations", "courses", "records", "manage.py", "requirements.txt"}
