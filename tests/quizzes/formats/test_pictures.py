"""Pictures that anybody could have put into a file."""

import json
import struct
import zlib
from base64 import b64decode, b64encode
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.formats.identity import fingerprint
from quizzes.formats.items import UnreadableError
from quizzes.formats.pictures import LARGEST_PICTURE, ending_of, shown_by, usable
from quizzes.formats.reading import read
from tests.quizzes.formats.banks import PICTURES, picture


@pytest.mark.parametrize(("name", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("GIF", "gif"), ("WEBP", "webp")])
def test_what_browsers_show(name, ending):
    assert usable(PICTURES[name]) == PICTURES[name]
    assert ending_of(b64decode(PICTURES[name])) == ending


def bomb(side):
    """A PNG that says of itself that it is huge."""
    return png(side, (b"IDAT", zlib.compress(b"")))


def png(side, *others):
    """A PNG with these pieces, well summed up each."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pieces = [(b"IHDR", head), *others, (b"IEND", b"")]
    chunks = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in pieces
    )
    return b64encode(b"\x89PNG\r\n\x1a\n" + chunks).decode()


@pytest.mark.parametrize(
    "data",
    [
        None,
        7,
        "",
        "not base64!",
        "AAAA",
        b64encode(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>").decode(),
        picture("BMP"),
        PICTURES["PNG"][:40],
        b64encode(b64decode(picture("JPEG", (64, 64)))[:-40]).decode(),
        b64encode(b64decode(picture("WEBP", (64, 64)))[:-20]).decode(),
        png(2, (b"gAMA", b""), (b"IDAT", b"")),
        png(2, (b"IDAT", zlib.compress(bytes(14))), (b"fdAT", b"")),
        bomb(7_000),
        bomb(10_000),
        bomb(60_000),
        b64encode(b"\x89PNG\r\n\x1a\n" + bytes(LARGEST_PICTURE)).decode(),
    ],
    ids=[
        "none",
        "number",
        "empty",
        "words",
        "zeros",
        "svg",
        "bmp",
        "cut",
        "cut jpeg",
        "cut webp",
        "no gamma",
        "no frame",
        "large",
        "larger",
        "bomb",
        "long",
    ],
)
def test_what_is_none_or_too_much_is_refused(data):
    assert usable(data) == ""


@given(st.binary(max_size=60), st.sampled_from(sorted(PICTURES)), st.integers(0, 60))
def test_no_bytes_crash_it(more, name, place):
    whole = b64decode(PICTURES[name])
    usable(whole[:place] + more + whole[place:])


@given(st.text(alphabet="srcalt=\"'<> &;/x1", max_size=60))
def test_no_tag_crashes_it(inner):
    shown_by(inner)


@pytest.mark.parametrize(
    "inner",
    ["a" * 1_500_000, "a " * 700_000, "a=" * 700_000, "-" * 1_500_000, "a=\"'" * 100_000],
    ids=["name", "names", "empty", "dashes", "quotes"],
)
def test_no_tag_takes_longer_than_its_length(inner):
    began = perf_counter()
    shown_by(inner)
    assert perf_counter() - began < 10


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"data": "AAAA"}, "Its picture cannot be used"),
        ({"alt": {"en": "A door"}}, "Its picture cannot be used"),
        ({"data": PICTURES["PNG"], "alt": {"xx": "A door"}}, "not a text for each language"),
        ({"data": PICTURES["PNG"], "image": 7}, "holds “image”"),
        ("A door", "not of the shape"),
    ],
)
def test_in_our_json_it_must_be_one(value, words):
    question = {"kind": "reflection", "content": {"text": {"en": "?"}, "picture": value}}
    data = json.dumps({"format": "signpost-questions", "version": 1, "questions": [question]}).encode()
    assert words in read(data).refusals[0].message


def test_another_picture_is_another_question():
    def mark(data, alt="A door"):
        return fingerprint("reflection", {"text": {"en": "?"}, "picture": {"data": data, "alt": {"en": alt}}})

    assert mark(PICTURES["PNG"]) == mark(PICTURES["PNG"])
    assert len({mark(PICTURES["PNG"]), mark(PICTURES["GIF"]), mark(PICTURES["PNG"], "A gate")}) == 3
    assert fingerprint("reflection", {"text": {"en": "?"}}) not in {mark(PICTURES["PNG"]), ""}


def test_a_file_of_pictures_alone_is_no_bank():
    with pytest.raises(UnreadableError):
        read(b64decode(PICTURES["PNG"]))
