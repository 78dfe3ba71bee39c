"""Reads reports of mail servers about letters that did not arrive."""

from __future__ import annotations

import mailbox
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from organisations.actions.bounces import note_bounce
from organisations.bounces import LONGEST, read_bounce


class Command(BaseCommand):
    """For a mail server's pipe, or a folder into which such messages are fetched."""

    help = "Read reports of mail servers about letters that did not arrive: one from standard input, or a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--maildir", type=Path, help="a Maildir folder: what is unseen is read and marked as seen")
        where.add_argument("--mbox", type=Path, help="an mbox file: all of it is read, and nothing in it is changed")

    def handle(self, *args: Any, maildir: Path | None, mbox: Path | None, **options: Any) -> None:
        if maildir is not None and not all((maildir / each).is_dir() for each in ("new", "cur")):
            raise CommandError("There is no Maildir at that path.")
        if mbox is not None and not mbox.is_file():
            raise CommandError("There is no file at that path.")
        if maildir is not None:
            messages = _unseen_in(maildir)
        elif mbox is not None:
            messages = _all_in(mbox)
        else:
            messages = iter([_from_pipe(sys.stdin.buffer)])
        read = noted = 0
        try:
            for raw in messages:
                bounce = read_bounce(raw)
                noted += bounce is not None and note_bounce(bounce=bounce, at=timezone.now())
                read += 1
        except DatabaseError:
            # Said to the mail server in its own way, so that it keeps the message and tries again.
            self.stderr.write("The database is away. The message was not read.")
            sys.exit(os.EX_TEMPFAIL)
        # A mail server may send on what a pipe says: nobody needs to hear of one message.
        if maildir is not None or mbox is not None:
            self.stdout.write(f"Messages read: {read}. Letters that came back: {noted}.")


def _from_pipe(stream: BinaryIO) -> bytes:
    """The message; what is too long is taken and dropped, for a server takes a closed pipe for a failure."""
    raw = stream.read(LONGEST)
    while stream.read(LONGEST):
        pass
    return raw


def _unseen_in(folder: Path) -> Iterator[bytes]:
    """What nobody has looked at, as it lies there; each is marked as seen once it has been dealt with."""
    for path in sorted([*(folder / "new").iterdir(), *(folder / "cur").iterdir()]):
        name, _colon, flags = path.name.partition(":2,")
        if not path.is_file() or name.startswith(".") or "S" in flags:
            continue
        yield path.read_bytes()
        path.rename(folder / "cur" / f"{name}:2,{''.join(sorted({*flags, 'S'}))}")


def _all_in(path: Path) -> Iterator[bytes]:
    with closing(mailbox.mbox(path, create=False)) as file:
        for key in file.iterkeys():
            yield file.get_bytes(key)
