"""Pictures without what a camera or a programme says of them: the place, the day, the device, whose they are.

What is drawn stays as it is, bit by bit. GIF has no place for such words that cameras use.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from contextlib import suppress

from PIL import Image

JPEG, PNG, RIFF, WEBP = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"WEBP"
#: Segments of a JPEG that hold words: APP0 to APP15, of which only these say how it is drawn, and comments.
APP, COMMENT, SCAN, END = range(0xE0, 0xF0), 0xFE, 0xDA, 0xD9
DRAWING = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
CAMERA, EXIF = 0xE1, b"Exif\0\0"
#: Where a scan ends: a sign that is no data, no fill and no restart.
AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
#: Pieces of a PNG that say how it is drawn, beside those that each must have.
PNG_PIECES = frozenset(b"tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD pHYs acTL fcTL fdAT".split())
#: Pieces of a WebP that say nothing of how it is drawn, and what tells that they are there.
WEBP_WORDS, WEBP_HAS_WORDS = (b"EXIF", b"XMP "), 0x0C
ORIENTATION = 0x0112
TURNED = range(2, 9)
#: What Pillow raises about what a camera wrote badly.
UNREADABLE = (OSError, SyntaxError, ValueError, LookupError, TypeError, struct.error, Warning)


def bare(picture: bytes) -> bytes:
    """The picture alone, and for a photograph which way is up; raises ValueError where it cannot be taken apart."""
    if picture.startswith(JPEG):
        return b"\xff\xd8" + b"".join(_jpeg_pieces(picture))
    if picture.startswith(PNG):
        return PNG + b"".join(_png_pieces(picture))
    if picture.startswith(RIFF) and picture[8:12] == WEBP:
        pieces = b"".join(_webp_pieces(picture))
        return RIFF + struct.pack("<I", len(pieces) + 4) + WEBP + pieces
    return picture


def _which_way_up(words: bytes) -> bytes:
    """Of what a camera says, only which way is up."""
    with suppress(*UNREADABLE):
        said = Image.Exif()
        said.load(words)
        turned = said.get(ORIENTATION)
        if turned in TURNED:
            alone = Image.Exif()
            alone[ORIENTATION] = turned
            kept = alone.tobytes()
            return struct.pack(">BBH", 0xFF, CAMERA, len(kept) + 2) + kept
    return b""


def _jpeg_pieces(picture: bytes) -> Iterator[bytes]:
    place = 2
    while True:
        if picture[place : place + 1] != b"\xff":
            raise ValueError("A segment of the JPEG does not begin where it should.")
        while picture[place + 1 : place + 2] == b"\xff":
            place += 1
        mark = _number(picture, place + 1, ">B")
        if mark == END:
            # What follows is another picture, or anything at all.
            yield b"\xff\xd9"
            return
        end = place + 2 + _number(picture, place + 2, ">H")
        words = picture[place + 4 : end]
        is_drawn = words.startswith(DRAWING[mark]) if mark in DRAWING else mark not in APP and mark != COMMENT
        if mark == SCAN:
            found = AFTER_SCAN.search(picture, end)
            end = found.start() if found else len(picture)
        if mark == CAMERA and words.startswith(EXIF):
            yield _which_way_up(words)
        elif is_drawn:
            yield picture[place:end]
        if end == len(picture) and mark == SCAN:
            return
        place = end


def _png_pieces(picture: bytes) -> Iterator[bytes]:
    place, name = len(PNG), b""
    while name != b"IEND":
        end = place + 12 + _number(picture, place, ">I")
        name = picture[place + 4 : place + 8]
        # A capital letter begins what each PNG must have.
        if name[:1].isupper() or name in PNG_PIECES:
            yield picture[place:end]
        place = end


def _webp_pieces(picture: bytes) -> Iterator[bytes]:
    place, end = 12, min(len(picture), 8 + _number(picture, 4, "<I"))
    while place < end:
        size = _number(picture, place + 4, "<I")
        following = place + 8 + size + size % 2
        name, piece = picture[place : place + 4], picture[place:following]
        if name == b"VP8X" and size:
            piece = piece[:8] + bytes([piece[8] & ~WEBP_HAS_WORDS]) + piece[9:]
        if name not in WEBP_WORDS:
            yield piece
        place = following


def _number(picture: bytes, place: int, shape: str) -> int:
    try:
        return int(struct.unpack_from(shape, picture, place)[0])
    except struct.error:
        raise ValueError("The picture ends too early.") from None
