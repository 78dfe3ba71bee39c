"""Nothing that a camera says of a picture stays with it, and everything that is drawn does."""

from base64 import b64decode, b64encode
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from quizzes.formats.bare_pictures import ORIENTATION, bare
from quizzes.formats.pictures import usable
from tests.quizzes.formats.banks import PICTURES

GPS, PLACE = 0x8825, (51.0, 30.0, 26.46)
SECRET = b"Safe house, 7 Hope Street"


def exif():
    said = Image.Exif()
    said[0x010E] = SECRET.decode()
    said[ORIENTATION] = 6
    said.get_ifd(GPS).update({1: "N", 2: PLACE, 3: "W", 4: PLACE})
    return said.tobytes()


def photograph(format_name, **more):
    """A picture that varies, with all that a camera and a programme can say of it."""
    image = Image.radial_gradient("L").resize((64, 48)).convert("RGB")
    with BytesIO() as file:
        image.save(file, format_name, exif=exif(), **more)
        return file.getvalue()


def png():
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", SECRET.decode())
    words.add_itxt("XML:com.adobe.xmp", SECRET.decode(), zip=True)
    return photograph("PNG", pnginfo=words, icc_profile=profile())


def profile():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


PHOTOGRAPHS = {
    "jpeg": photograph("JPEG", comment=SECRET, xmp=SECRET, icc_profile=profile()),
    "progressive": photograph("JPEG", comment=SECRET, progressive=True, icc_profile=profile()),
    "several in one": photograph("MPO", save_all=True, append_images=[Image.new("RGB", (64, 48))]),
    "png": png(),
    "webp": photograph("WEBP", xmp=SECRET, icc_profile=profile()),
}


def opened(picture):
    image = Image.open(BytesIO(picture))
    image.load()
    return image


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_photograph_says_only_which_way_is_up(name):
    whole = PHOTOGRAPHS[name]
    assert opened(whole).getexif().get_ifd(GPS)
    alone = bare(whole)
    before, after = opened(whole), opened(alone)
    assert after.tobytes() == before.tobytes()
    assert after.info.get("icc_profile") == before.info.get("icc_profile")
    is_jpeg = name not in ("png", "webp")
    assert dict(after.getexif()) == ({ORIENTATION: 6} if is_jpeg else {})
    assert not {"xmp", "comment", "Comment", "XML:com.adobe.xmp"} & set(after.info)
    assert SECRET not in alone
    assert bare(alone) == alone
    assert usable(whole) == usable(b64encode(alone).decode()) == b64encode(alone).decode()


def test_what_follows_a_picture_goes():
    hidden = PHOTOGRAPHS["jpeg"]
    for name in ("jpeg", "png", "webp"):
        assert bare(PHOTOGRAPHS[name] + hidden) == bare(PHOTOGRAPHS[name])


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_that_says_nothing_stays_as_it_is(name):
    assert bare(b64decode(PICTURES[name])) == b64decode(PICTURES[name])


@given(st.binary(max_size=60), st.sampled_from(sorted(PHOTOGRAPHS)), st.integers(0, 700))
def test_no_bytes_crash_it(more, name, place):
    whole = PHOTOGRAPHS[name]
    for hostile in (whole[:place] + more + whole[place:], whole[:place] + more):
        try:
            bare(hostile)
        except ValueError:
            assert usable(hostile) == ""
