"""A backup comes back as it was, on either database, and what is not whole changes nothing."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import dj_database_url
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from config.backup import archive, databases
from config.backup.archive import make_backup, restore_backup
from config.backup.databases import BackupError
from config.invariants import CHECKS, check_all
from courses.models import Edition, EditionLesson
from organisations.models import User
from quizzes.models import QuestionVersion
from records.actions.learning import start_attempt, start_module, submit_attempt
from records.actions.standing import rebuild_standing
from records.models import Attempt, Certificate, Completion, Enrolment, Standing
from tests.factories.courses import make_module
from tests.factories.organisations import (
    AppointmentFactory,
    MembershipFactory,
    OrganisationFactory,
    PartnershipFactory,
)
from tests.factories.quizzes import make_quiz, right_answers
from tests.factories.records import RequirementFactory, RequirementVersionFactory

AT = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)


@pytest.fixture
def world():
    """One person who has passed a quiz, and a picture."""
    partnership = PartnershipFactory()
    member = MembershipFactory(organisation=OrganisationFactory(partnership=partnership))
    module = make_module(quiz=make_quiz())
    RequirementVersionFactory(requirement=RequirementFactory(partnership=partnership, module=module))
    enrolment = start_module(person=member.person, module=module, at=AT)
    lesson = enrolment.edition.lessons.get()
    draft = start_attempt(enrolment=enrolment, lesson_key=lesson.lesson_key, at=AT)
    draft.answers = right_answers(draft.quiz_version)
    draft.save()
    submit_attempt(person=member.person, key=draft.key, at=AT)
    rebuild_standing()
    return member


def run(command: str, *arguments: str, url: str, folder: Path) -> subprocess.CompletedProcess:
    """A command as an operator gives it, on another database."""
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "VAR_DIR": str(folder / "var"),
        "MEDIA_ROOT": str(folder / "media"),
        "SECRET_KEY": "a-secret-that-is-in-no-backup",
        "DEBUG": "0",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    return subprocess.run(
        [sys.executable, "manage.py", command, *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def there_and_back(source: str, target: str, tmp_path: Path) -> None:
    """Backs the one database up and restores it into the other, then tries what must be refused."""
    here, there = tmp_path / "here", tmp_path / "there"
    upload = here / "media" / "documents" / "a paper.pdf"
    upload.parent.mkdir(parents=True)
    upload.write_bytes(b"paper")
    made = run("backup", "--to", str(here / "backups"), url=source, folder=here)
    assert made.returncode == 0, made.stderr
    (file,) = (here / "backups").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    with tarfile.open(file) as opened:
        words = opened.extractfile("manifest.json").read().decode()
    assert "a-secret" not in words + made.stdout + made.stderr
    manifest = json.loads(words)
    assert manifest["rows"]["records_attempt"] == 1
    assert set(manifest["parts"]) == {databases.PART[manifest["database"]], "media/documents/a paper.pdf"}

    back = run("restore", str(file), url=target, folder=there)
    assert back.returncode == 0, back.stdout + back.stderr
    assert "Everything holds together." in back.stdout
    assert (there / "media" / "documents" / "a paper.pdf").read_bytes() == b"paper"
    again = run("restore", str(file), url=target, folder=there)
    assert again.returncode == 1
    assert "The database is not empty" in again.stderr
    assert "Traceback" not in again.stderr
    forced = run("restore", str(file), "--force", url=target, folder=there)
    assert forced.returncode == 0, forced.stdout + forced.stderr


@pytest.mark.skipif(connection.vendor != "sqlite", reason="is about SQLite")
@pytest.mark.django_db(transaction=True)
def test_on_sqlite(world, tmp_path):
    copy = tmp_path / "present.sqlite3"
    with sqlite3.connect(copy) as target:
        connection.connection.backup(target)
    target.close()
    there_and_back(f"sqlite:///{copy}", f"sqlite:///{tmp_path / 'other.sqlite3'}", tmp_path)


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="is about PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_on_postgresql(world, tmp_path):
    name = f"{connection.settings_dict['NAME']}_restored"
    address = dj_database_url.parse(os.environ["DATABASE_URL"])
    base = f"postgres://{address['USER']}:{address['PASSWORD']}@{address['HOST']}:{address['PORT']}"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        there_and_back(f"{base}/{connection.settings_dict['NAME']}", f"{base}/{name}", tmp_path)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


# --- What is refused -----------------------------------------------------------------------------
@pytest.fixture
def small_backup(db, monkeypatch, tmp_path):
    """An archive whose database is a few bytes: what is refused is refused before anything reads them."""
    monkeypatch.setattr(databases, "dump", lambda target: {"a": target.write_bytes(b"rows") and 1})
    monkeypatch.setattr(databases, "restore", lambda source: pytest.fail("The database was touched."))
    monkeypatch.setattr(databases, "is_empty", lambda: True)
    return make_backup(tmp_path / "backups", AT)


def changed(source: Path, **changes: object) -> Path:
    """The same archive with other words in its manifest or other bytes in a part."""
    target = source.with_name("changed.tar.gz")
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for entry in old.getmembers():
            content = old.extractfile(entry).read()
            if entry.name == archive.MANIFEST:
                content = json.dumps({**json.loads(content), **changes.get("manifest", {})}).encode()
            elif "database" in changes:
                content = changes["database"]
            entry.size = len(content)
            new.addfile(entry, io.BytesIO(content))
    return target


def with_entry(source: Path, entry: tarfile.TarInfo) -> Path:
    """The same archive with one more entry, named among its parts."""
    part = {entry.name: {"sha256": hashlib.sha256(b"").hexdigest(), "bytes": 0}}
    with tarfile.open(source) as old:
        parts = json.load(old.extractfile(archive.MANIFEST))["parts"]
    target = changed(source, manifest={"parts": parts | part})
    longer = target.with_name("longer.tar.gz")
    with tarfile.open(target) as old, tarfile.open(longer, "w:gz") as new:
        new.addfile(entry)
        for each in old.getmembers():
            new.addfile(each, old.extractfile(each))
    return longer


def refusal(source: Path, *, force: bool = True) -> str:
    with pytest.raises(BackupError) as refused:
        restore_backup(source, force=force, say=lambda words: None)
    return str(refused.value)


def test_other_bytes_are_refused(small_backup):
    assert "is not what was backed up. Nothing has been changed." in refusal(changed(small_backup, database=b"rowz"))


def test_an_archive_that_ends_too_soon_is_refused(small_backup):
    whole = small_backup.read_bytes()
    for missing in [*range(1, 200), len(whole) // 2, len(whole) - 1, len(whole)]:
        small_backup.write_bytes(whole[:-missing])
        assert "is not a whole backup" in refusal(small_backup), f"{missing} bytes are missing"


def test_an_archive_with_one_other_byte_is_refused(small_backup):
    whole = small_backup.read_bytes()
    refused = 0
    for place in range(0, len(whole), 5):
        other = whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]
        # Some bits say nothing of what is in it: when it was packed, and what fills up the last byte of a part.
        if unpacked(other) != unpacked(whole):
            small_backup.write_bytes(other)
            assert "Nothing has been changed." in refusal(small_backup), f"byte {place} is another"
            refused += 1
    assert refused > len(whole) // 5 * 0.9


def unpacked(archive: bytes) -> bytes | None:
    """What was packed; None where it is damaged."""
    try:
        return gzip.decompress(archive)
    except (OSError, EOFError, zlib.error):
        return None


def test_any_other_file_is_refused(small_backup):
    small_backup.write_bytes(b"something else")
    assert "is not a whole backup" in refusal(small_backup)


@pytest.mark.parametrize("name", ["../outside", "/tmp/signpost-outside", "media/../../outside"])
def test_a_file_that_would_go_elsewhere_is_refused(small_backup, name):
    refused = with_entry(small_backup, tarfile.TarInfo(name))
    assert "is not a whole backup" in refusal(refused)
    assert not [*small_backup.parent.rglob("outside"), *Path("/tmp").glob("signpost-outside")]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_anything_but_a_file_is_refused(small_backup, kind):
    entry = tarfile.TarInfo("media/odd")
    entry.type, entry.linkname = kind, archive.MANIFEST
    assert "is not a whole backup" in refusal(with_entry(small_backup, entry))


def test_newer_code_is_refused(small_backup):
    newer = changed(small_backup, manifest={"migrations": ["records.9999_from_the_future"]})
    assert "newer code: it knows records.9999_from_the_future" in refusal(newer)


def test_another_kind_of_database_is_refused(small_backup):
    assert "The archive holds a oracle database" in refusal(changed(small_backup, manifest={"database": "oracle"}))


def test_a_place_with_uploads_is_refused(small_backup, monkeypatch):
    monkeypatch.setattr(archive, "are_files", lambda storage: True)
    monkeypatch.setattr(archive, "names_in", lambda storage: iter([("a.pdf", 1)]))
    assert "There are uploads in" in refusal(small_backup, force=False)


# --- What must hold ------------------------------------------------------------------------------
def wrong() -> dict[str, int]:
    """The checks that found something."""
    return {result.name: result.count for result in check_all() if result.count}


@pytest.mark.django_db
def test_all_is_well_with_what_people_do(world):
    assert wrong() == {}


@pytest.mark.django_db
def test_each_fault_is_found(world):
    """Each is made behind the back of the actions, and each check finds its own."""
    Attempt.objects.update(score="0.5")
    assert wrong() == {"attempts": 1}
    Attempt.objects.update(score="1", number=3)
    assert wrong() == {"attempts": 1}
    Attempt.objects.update(number=1)
    Edition.objects.update(number=2)
    assert wrong() == {"editions": 1}
    Edition.objects.update(number=1)
    lesson = EditionLesson.objects.get()
    EditionLesson.objects.update(content={**lesson.content, "minutes": 99})
    assert wrong() == {"approved words": 1}
    EditionLesson.objects.update(content=lesson.content)
    name, email = world.person.name, world.person.email
    # The database itself refuses an erased person with a name; their certificate is what could be forgotten.
    User.objects.filter(pk=world.person.pk).update(erased_at=AT, name="", email="", is_active=False)
    assert wrong() == {"erased people": 1}
    User.objects.filter(pk=world.person.pk).update(erased_at=None, name=name, email=email, is_active=True)
    AppointmentFactory(kind="operator")
    User.objects.update(has_been_appointed=False)
    assert wrong() == {"appointments": 1}
    User.objects.update(has_been_appointed=True)
    Certificate.objects.update(payload={"completed_on": "2020-01-01"})
    assert wrong() == {"certificates": 1}
    Certificate.objects.all().delete()
    Attempt.objects.update(questions=[{"version_id": None}])
    assert wrong() == {"attempts": 1}
    Attempt.objects.all().delete()
    Completion.objects.update(enrolment=None)
    assert wrong() == {"completions": 1}
    Enrolment.objects.update(state=Enrolment.State.CLOSED)
    assert wrong() == {}
    Standing.objects.all().delete()
    assert wrong().keys() == {"standing"}
    rebuild_standing()
    picture = get_image_model().objects.create(title="Gone", file=get_test_image_file(), description="A square")
    picture.file.storage.delete(picture.file.name)
    assert wrong() == {"uploads": 1}
    assert QuestionVersion.objects.count() == 3


@pytest.mark.django_db
def test_the_command_fails_in_plain_words(world, capsys):
    Attempt.objects.update(is_passed=False)
    with pytest.raises(CommandError, match="Something is wrong: attempts"):
        call_command("check_invariants")
    assert "it says passed where the score says otherwise" in capsys.readouterr().out


def test_the_checks_are_named_for_people():
    assert all(name == name.lower() and "_" not in name for name in CHECKS)
