"""The archive: database, uploads, and a manifest that says what they are and how they must read."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import platform
import shutil
import tarfile
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import django
import wagtail
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from config.backup import databases
from config.backup.databases import BackupError
from config.backup.media import are_files, names_in

MANIFEST = "manifest.json"
MEDIA = "media"
FORMAT = 1


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_backup(folder: Path, at: datetime) -> Path:
    """Writes one archive into the folder, readable for its owner only, and gives its path.

    First the database, then the uploads: a file that a page names is then there. Secrets of the environment are not
    in it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"signpost-{at:%Y-%m-%d-%H%M%S}.tar.gz"
    part = target.with_suffix(".part")
    with TemporaryDirectory(prefix="signpost-backup-") as temporary:
        copy = Path(temporary) / databases.PART[databases.kind()]
        rows = databases.dump(copy)
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "made_at": at.isoformat(timespec="seconds"),
            "database": databases.kind(),
            "versions": {
                "python": platform.python_version(),
                "django": django.get_version(),
                "wagtail": wagtail.__version__,
                "database": ".".join(map(str, connection.get_database_version())),
            },
            "migrations": databases.applied_migrations(),
            "rows": rows,
            "uploads": "files" if are_files(default_storage) else "object storage",
            "parts": {copy.name: {"sha256": _sha256(copy), "bytes": copy.stat().st_size}},
        }
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                _write(file, copy, manifest)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return target


def _write(file: Any, copy: Path, manifest: dict[str, Any]) -> None:
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        archive.add(copy, copy.name)
        if manifest["uploads"] == "files":
            for name, _size in names_in(default_storage):
                path = Path(default_storage.path(name))
                manifest["parts"][f"{MEDIA}/{name}"] = {"sha256": _sha256(path), "bytes": path.stat().st_size}
                archive.add(path, f"{MEDIA}/{name}")
        else:
            # They stay where they are; the list says what was there.
            manifest["listing"] = dict(names_in(default_storage))
        text = json.dumps(manifest, indent=1).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(text), 0o600
        archive.addfile(entry, io.BytesIO(text))


def restore_backup(source: Path, *, force: bool, say: Callable[[str], None]) -> None:
    """Brings an archive back and the database up to this code's migrations.

    Raises BackupError, before anything is changed, for an archive that is not whole, one of another kind of database
    or of newer code, and, unless forced, for a place that is not empty.
    """
    if not source.is_file():
        raise BackupError(f"There is no archive at {source}.")
    if not force:
        _refuse_unless_empty()
    with TemporaryDirectory(prefix="signpost-restore-") as temporary:
        folder = Path(temporary)
        say("Reading the archive…")
        manifest = _unpack(source, folder)
        _refuse_unfitting(manifest)
        say("Restoring the database…")
        databases.restore(folder / databases.PART[manifest["database"]])
        _refuse_other_counts(manifest)
        if manifest["uploads"] == "files":
            say("Restoring the uploads…")
            _restore_uploads(folder / MEDIA)
    say("Bringing the database up to date…")
    call_command("migrate", verbosity=0)


def _refuse_unless_empty() -> None:
    if not databases.is_empty():
        raise BackupError("The database is not empty. FORCE=1 puts the archive in its place; make a backup first.")
    if are_files(default_storage) and next(names_in(default_storage), None):
        raise BackupError(
            f"There are uploads in {settings.MEDIA_ROOT}. FORCE=1 writes over those of the same name; "
            "make a backup first."
        )


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Everything in the archive, once it is known to be whole."""
    damaged = BackupError(f"{source.name} is not a whole backup of Signpost. Nothing has been changed.")
    try:
        with gzip.open(source) as stream, tarfile.open(fileobj=stream) as archive:
            for entry in archive:
                _unpack_file(archive, entry, folder)
            # The last file ends before the archive does; what says that nothing is missing stands at the very end.
            while stream.read(1 << 20):
                pass
        manifest = json.loads((folder / MANIFEST).read_text())
        parts = manifest["parts"]
    except (OSError, tarfile.TarError, zlib.error, EOFError, ValueError, KeyError, TypeError) as error:
        raise damaged from error
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    if manifest.get("format") != FORMAT or found != set(parts):
        raise damaged
    for name, part in parts.items():
        if _sha256(folder / PurePosixPath(name)) != part["sha256"]:
            raise BackupError(f"{name} in {source.name} is not what was backed up. Nothing has been changed.")
    return manifest


def _unpack_file(archive: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> None:
    """One file of the archive, which goes nowhere but into the folder; a backup holds nothing but files.

    By hand: the filters of `extractall` came with Python 3.11.4, and Debian's is older.
    """
    target = (folder / entry.name).resolve()
    content = archive.extractfile(entry) if entry.isreg() else None
    if content is None or not target.is_relative_to(folder.resolve()):
        raise ValueError(entry.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with content, target.open("wb") as file:
        shutil.copyfileobj(content, file)


def _refuse_unfitting(manifest: dict[str, Any]) -> None:
    if manifest["database"] != databases.kind():
        raise BackupError(
            f"The archive holds a {manifest['database']} database; this installation uses {databases.kind()}. "
            "Nothing has been changed."
        )
    if unknown := sorted(set(manifest["migrations"]) - databases.known_migrations()):
        raise BackupError(
            f"The archive comes from newer code: it knows {unknown[0]}"
            + (f" and {len(unknown) - 1} more" if len(unknown) > 1 else "")
            + ". Install that version first. Nothing has been changed."
        )


def _refuse_other_counts(manifest: dict[str, Any]) -> None:
    present = databases.row_counts()
    wrong = {name: count for name, count in manifest["rows"].items() if present.get(name) != count}
    if wrong:
        raise BackupError(f"After the restore some tables hold other numbers of rows: {', '.join(sorted(wrong))}.")


def _restore_uploads(folder: Path) -> None:
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        if path.is_file():
            name = path.relative_to(folder)
            target = Path(default_storage.path(str(name)))
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f"{target.name}.restoring")
            fresh.write_bytes(path.read_bytes())
            fresh.replace(target)
