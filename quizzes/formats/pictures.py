"""Pictures in question files: base64 that is looked at before it is believed, and what `<img>` says of it."""

from __future__ import annotations

import binascii
import re
import struct
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha1
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from PIL import Image

from quizzes.formats.bare_pictures import bare

#: What browsers show, with the ending of the file; the first word is Pillow's.
ENDINGS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
LARGEST_PICTURE = 2 * 1024 * 1024
#: A photograph of a good camera; a small file can unfold into far more.
MOST_PIXELS = 40_000_000
LIMITS = "It must be PNG, JPEG, GIF or WebP of at most 2 MB."
#: How Moodle names a file that comes with the question.
WITH_IT = "@@PLUGINFILE@@/"
#: Begins where a name begins and gives nothing back, so that no nonsense takes longer than its length.
ATTRIBUTE = re.compile(r"""(?<![A-Za-z-])([A-Za-z-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""")
#: What Pillow raises about files that are broken or hostile.
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
BROKEN = (
    *(OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError, MemoryError),
    *(struct.error, *BOMBS),
)
#: Nobody sees them larger: what Pillow can leave out, it need not unfold to know that the rest is there.
SEEN = (800, 800)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as HTML shows it: where it comes from, and what it says in words."""

    source: str
    alt: str


def shown_by(tag: str) -> Shown:
    """What the inside of an `<img …>` says."""
    said = {name.lower(): unescape(a or b or c) for name, a, b, c in ATTRIBUTE.findall(tag)}
    return Shown(said.get("src", ""), " ".join(said.get("alt", "").split()))


def data_of(shown: Shown, files: Mapping[str, str]) -> str:
    """The base64 behind a picture: in its own address, or in a file that came along; empty where there is none."""
    head, comma, data = shown.source.partition(",")
    if comma and head.startswith("data:image/") and head.endswith(";base64"):
        return data
    if shown.source.startswith(WITH_IT):
        return files.get(unquote(shown.source.removeprefix(WITH_IT).partition("?")[0]), "")
    return ""


def usable(data: Any) -> str:
    """A picture as `as_text` gives it; empty also where it is broken, so that no page ever stumbles over it."""
    text = as_text(data)
    return text if text and _can_be_drawn(bytes_of(text)) else ""


def _can_be_drawn(picture: bytes) -> bool:
    """Whether a picture is there from its beginning to its end."""
    try:
        with Image.open(BytesIO(picture), formats=tuple(ENDINGS)) as image:
            image.draft(image.mode, SEEN)
            image.load()
    except BROKEN:
        return False
    return True


def as_text(data: Any) -> str:
    """A picture, given as it is or as base64, as base64 in one way only and without what a camera says of it; empty
    where browsers cannot show it, or it is too large."""
    with suppress(ValueError):
        picture = bare(bytes_of(data))
        if ending_of(picture):
            return b64encode(picture).decode()
    return ""


def bytes_of(data: Any) -> bytes:
    """The picture itself; nothing where that is no base64 or far too much."""
    if isinstance(data, bytes):
        return data if len(data) <= LARGEST_PICTURE else b""
    if not isinstance(data, str) or len(data) > LARGEST_PICTURE * 3 // 2:
        return b""
    try:
        decoded = b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
    return decoded if len(decoded) <= LARGEST_PICTURE else b""


def ending_of(picture: bytes) -> str:
    """How a file with this picture ends; empty where it is none that can be shown."""
    try:
        with Image.open(BytesIO(picture), formats=tuple(ENDINGS)) as image:
            if image.width * image.height > MOST_PIXELS:
                return ""
            name = image.format or ""
            image.verify()
    except BROKEN:
        return ""
    return ENDINGS.get(name, "")


def mark_of(picture: Mapping[str, Any]) -> dict[str, Any]:
    """The same for the same picture that says the same, whatever its file is called."""
    alt = {code: text for code, text in (picture.get("alt") or {}).items() if text}
    # As Wagtail marks its pictures; it protects nothing.
    return {"file": sha1(bytes_of(picture.get("data")), usedforsecurity=False).hexdigest(), "alt": alt}
