"""The uploads of an installation, wherever they are kept."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.files.storage import FileSystemStorage, Storage


def are_files(storage: Storage) -> bool:
    """Whether the uploads lie in a folder of this machine, and so go into the archive."""
    return isinstance(getattr(storage, "_wrapped", storage), FileSystemStorage)


def names_in(storage: Storage, folder: str = "") -> Iterator[tuple[str, int]]:
    """Every upload with its size, folder by folder."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for file in sorted(files):
        name = f"{folder}/{file}" if folder else file
        yield name, storage.size(name)
    for below in sorted(folders):
        yield from names_in(storage, f"{folder}/{below}" if folder else below)
