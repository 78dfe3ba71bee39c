"""A small whole of starter content, to load, to change and to break."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def small_starter() -> dict[str, Any]:
    """The content of the files by their names; a fresh copy each time."""
    return yaml.safe_load((Path(__file__).parent / "small_starter.yaml").read_text(encoding="utf-8"))


def write_starter(folder: Path, parts: dict[str, Any]) -> Path:
    """The folder with these files in it."""
    for name, part in parts.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(part, allow_unicode=True), encoding="utf-8")
    return folder
