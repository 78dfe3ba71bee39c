"""Pictures that somebody uploads in the CMS."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Drawing
from wagtail.images import get_image_model

from tests.factories.organisations import UserFactory
from tests.quizzes.formats.test_bare_pictures import GPS, PHOTOGRAPHS, SECRET

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the files it draws into to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
Image = get_image_model()


def upload(client, data, address="wagtailimages:add", field="file", name="house.jpg"):
    return client.post(reverse(address), {field: SimpleUploadedFile(name, data), "title": "A house", "tags": ""})


@pytest.fixture
def boss(client, site_tree):
    client.force_login(UserFactory(is_superuser=True))
    return client


@pytest.mark.parametrize("address", ["wagtailimages:add", "wagtailimages:add_multiple"])
def test_a_photograph_does_not_say_where_it_was_taken(boss, address):
    if address.endswith("multiple"):
        upload(boss, PHOTOGRAPHS["jpeg"], address, "files[]")
    else:
        assert upload(boss, PHOTOGRAPHS["jpeg"]).status_code == 302
    image = Image.objects.get()
    kept = image.file.read()
    assert SECRET in PHOTOGRAPHS["jpeg"]
    assert SECRET not in kept
    assert image.file_size == len(kept)
    drawn = image.get_rendition("max-800x800")
    for file in (image.file, drawn.file):
        file.open()
        with Drawing.open(file) as shown:
            assert not shown.getexif().get_ifd(GPS)
    # Which way is up is kept, and drawn.
    assert ((image.width, image.height), (drawn.width, drawn.height)) == ((64, 48), (48, 64))


def test_one_that_cannot_be_taken_apart_is_refused(boss):
    without_end = PHOTOGRAPHS["png"][:-12]
    response = upload(boss, without_end, name="house.png")
    assert "The picture is broken." in str(response.context["form"].errors)
    assert not Image.objects.exists()


@pytest.mark.parametrize(
    "broken", [b"\xff\xd8\xff\xe0nonsense", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x04\0\0\0WEBP"]
)
def test_a_picture_of_which_only_the_beginning_is_one_is_refused(boss, broken):
    response = upload(boss, broken)
    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert not Image.objects.exists()
