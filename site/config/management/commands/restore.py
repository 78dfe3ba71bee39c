"""Brings a backup back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import receivers
from config.backup.archive import restore_backup
from config.backup.databases import BackupError


class Command(BaseCommand):
    """Restores, migrates, then checks that what is there holds together."""

    help = "Restore an archive that `backup` made. Stop web and worker first."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", help="the file")
        parser.add_argument("--force", action="store_true", help="also where something is there already")

    def handle(self, *args: Any, archive: str, force: bool, **options: Any) -> None:
        try:
            restore_backup(Path(archive), force=force, say=self.stdout.write)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        receivers.write_helpline_for_error_pages()
        call_command("check_invariants", stdout=self.stdout, stderr=self.stderr)
