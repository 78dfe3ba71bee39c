"""Turns the fonts of the pages into the kind that PDFs are set in; the set-up runs it as a script.

typst reads TrueType only, and of two files of one family it takes one: the subsets are merged. Beside them stands
which letters each family has, so that a name is set in one face that has all of it.
"""

from __future__ import annotations

import json
import logging
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

PACKAGES = Path(__file__).resolve().parents[1] / "node_modules" / "@fontsource"
FONTS = Path(__file__).resolve().with_name("fonts")
WEIGHTS = (400, 700)


@dataclass(frozen=True)
class Family:
    """One face: its package, the subsets that we use, and the letters that another face has better."""

    name: str
    package: str
    subsets: tuple[str, ...]
    without: str = ""


FAMILIES = (
    Family("Atkinson Hyperlegible Next", "atkinson-hyperlegible-next", ("latin", "latin-ext")),
    # The subset carries a lone A, which would stand out among Atkinson's letters.
    Family("Vazirmatn", "vazirmatn", ("arabic",), without="A"),
)


class SourceIsMissing(Exception):
    """The front-end packages are not installed."""


def build_fonts(packages: Path = PACKAGES, target: Path = FONTS) -> dict[str, str]:
    """Writes the fonts and `letters.json` into `target`, replacing what is there; returns each family's letters.

    Raises SourceIsMissing, and leaves what is there, when a file to make them from is not there.
    """
    letters: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as work:
        made = Path(work) / "fonts"
        made.mkdir()
        for family in FAMILIES:
            shared: set[int] | None = None
            for weight in WEIGHTS:
                font = _font(family, weight, packages, Path(work))
                font.save(made / f"{family.package}-{weight}.ttf")
                has = set(font.getBestCmap())
                shared = has if shared is None else shared & has
            shutil.copy(packages / family.package / "LICENSE", made / f"{family.package}-LICENSE.txt")
            letters[family.name] = "".join(map(chr, sorted(shared or ())))
        (made / "letters.json").write_text(json.dumps(letters), encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(made, target)
    return letters


def _font(family: Family, weight: int, packages: Path, work: Path) -> TTFont:
    parts = []
    for subset in family.subsets:
        source = packages / family.package / "files" / f"{family.package}-{subset}-{weight}-normal.woff2"
        if not source.is_file():
            raise SourceIsMissing(f"{source.name} is not there")
        font = TTFont(source)
        font.flavor = None
        part = work / f"{family.package}-{subset}-{weight}.ttf"
        font.save(part)
        parts.append(str(part))
    merged = Merger().merge(parts) if len(parts) > 1 else TTFont(parts[0])
    for table in merged["cmap"].tables:
        for letter in family.without:
            table.cmap.pop(ord(letter), None)
    return merged


if __name__ == "__main__":
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    try:
        build_fonts()
    except SourceIsMissing as missing:
        sys.exit(f"No fonts for PDFs: {missing}. Run `npm ci --ignore-scripts` (or `make setup`), then try again.")
