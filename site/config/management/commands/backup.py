"""Makes a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.backup.archive import make_backup
from config.backup.databases import BackupError


class Command(BaseCommand):
    """One dated archive of database and uploads; people go on working meanwhile."""

    help = "Write one archive of database and uploads into a folder, by default var/backups."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", default=str(Path(settings.VAR_DIR) / "backups"), help="the folder")

    def handle(self, *args: Any, to: str, **options: Any) -> None:
        try:
            archive = make_backup(Path(to), timezone.localtime())
        except (BackupError, OSError) as error:
            raise CommandError(f"There is no backup. {error}") from error
        self.stdout.write(f"{archive} ({archive.stat().st_size / 1_000_000:.1f} MB)")
