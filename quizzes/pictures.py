"""Pictures of questions: a question keeps the number of a picture of the site and what it shows; a file holds the
picture itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from django.core.files.base import ContentFile
from wagtail.images import get_image_model
from wagtail.images.models import SourceImageIOError
from wagtail.log_actions import log

from organisations.models import User
from quizzes.formats.pictures import LARGEST_PICTURE, as_text, bytes_of, ending_of, mark_of
from quizzes.questions import Question

#: The size in which learners see them.
SIZE = "max-800x800"
#: What a file that is gone, or broken where nobody looked before, comes to.
UNSHOWABLE = (SourceImageIOError, OSError, SyntaxError, ValueError)


def with_pictures(questions: Sequence[Question]) -> tuple[Question, ...]:
    """The questions with what their pages need to show their pictures: two queries where there is any, else none."""
    ids = {question.picture.image for question in questions if question.picture}
    if not ids:
        return tuple(questions)
    images = get_image_model().objects.filter(pk__in=ids).prefetch_renditions(SIZE)
    drawn = {image.pk: _drawn(image) for image in images}
    return tuple(
        replace(question, picture=replace(question.picture, drawn=drawn.get(question.picture.image)))
        if question.picture
        else question
        for question in questions
    )


def _drawn(image: Any) -> Any:
    with suppress(*UNSHOWABLE):
        return image.get_rendition(SIZE)
    return None


def in_files(contents: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Contents as files hold them, each with its picture itself; one that is gone is left out. Two queries for all."""
    ids = {content["picture"]["image"] for content in contents if content.get("picture")}
    rows = get_image_model().objects.filter(pk__in=ids).prefetch_renditions(SIZE) if ids else ()
    images = {image.pk: image for image in rows}
    # One after the other: pictures are large.
    yield from (_in_file(content, images) if content.get("picture") else content for content in contents)


def without_picture(content: Mapping[str, Any]) -> dict[str, Any]:
    """A content that holds all but its picture."""
    return {name: value for name, value in content.items() if name != "picture"}


def _in_file(content: Mapping[str, Any], images: Mapping[int, Any]) -> dict[str, Any]:
    rest = without_picture(content)
    picture, data = content["picture"], ""
    if image := images.get(picture["image"]):
        with suppress(*UNSHOWABLE), image.open_file() as file:
            data = as_text(file.read(LARGEST_PICTURE + 1))
        if not data and (drawn := _drawn(image)):
            # The CMS takes larger pictures than files hold: what learners see of it is smaller.
            with suppress(*UNSHOWABLE), drawn.file.open() as file:
                data = as_text(file.read())
    return {**rest, "picture": {"data": data, "alt": picture.get("alt") or {}}} if data else rest


@contextmanager
def new_pictures() -> Iterator[list[Any]]:
    """A list for pictures that are made. Stands around a transaction: where that is taken back, their files go too."""
    made: list[Any] = []
    try:
        yield made
    except BaseException:
        for image in made:
            image.file.storage.delete(image.file.name)
        raise


def keep_pictures(
    contents: Iterable[tuple[str, Mapping[str, Any]]], by: User | None, made: list[Any]
) -> list[dict[str, Any]]:
    """Named contents as questions keep them: their pictures become pictures of the site, those that are there already
    are used again; new ones are added to `made`."""
    contents = list(contents)
    marks = {mark_of(content["picture"])["file"] for _name, content in contents if content.get("picture")}
    model = get_image_model()
    known = dict(model.objects.filter(file_hash__in=marks).order_by("-pk").values_list("file_hash", "pk"))
    kept = []
    for name, content in contents:
        content = dict(content)
        if picture := content.get("picture"):
            mark = mark_of(picture)["file"]
            if mark not in known:
                made.append(_new_picture(name, bytes_of(picture["data"]), mark, by))
                known[mark] = made[-1].pk
            content["picture"] = {"image": known[mark], "alt": dict(picture.get("alt") or {})}
        kept.append(content)
    return kept


def _new_picture(name: str, data: bytes, mark: str, by: User | None) -> Any:
    image = get_image_model()(
        title=name[:255] or mark,
        file=ContentFile(data, name=f"question-{mark[:12]}.{ending_of(data)}"),
        file_size=len(data),
        file_hash=mark,
        uploaded_by_user=by,
    )
    image.save()
    log(instance=image, action="wagtail.create", user=by)
    return image
