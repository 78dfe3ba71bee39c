"""Reads the starter content from its files and says what is wrong with them; the database is not asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError

from courses.starter_blocks import clean_html, foreign_tags, question_value
from courses.starter_shapes import SHAPES, shape_problems
from courses.starter_translations import translation_problems
from courses.translated import CODES, DEFAULT
from guidance.models import Confidence, Contact
from guidance.notation import CONTACT, quotes_in
from guidance.rules import is_uk_number
from quizzes.kinds.base_editor import refuse_tags
from quizzes.kinds.registry import KINDS
from quizzes.models import Feedback

FOLDER = Path(__file__).parent / "starter"
LISTS = ("sources", "contacts", "facts", "roles", "courses")
#: The blocks that hold rich text.
RICH = ("text", "key_point")
Item = Mapping[str, Any]


class StarterContentError(Exception):
    """The files cannot be loaded; says why, one point a line."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class StarterContent:
    """Everything in the files."""

    sources: list[Item] = field(default_factory=list)
    contacts: list[Item] = field(default_factory=list)
    facts: list[Item] = field(default_factory=list)
    roles: list[Item] = field(default_factory=list)
    courses: list[Item] = field(default_factory=list)
    #: Each with its `translations` by language code, where there are any.
    modules: list[Item] = field(default_factory=list)

    def modules_of(self, course: Item) -> list[Item]:
        """The modules of a course in its order."""
        by_slug = {module["slug"]: module for module in self.modules}
        return [by_slug[slug] for slug in course["modules"]]


def read_starter_content(folder: Path = FOLDER) -> StarterContent:
    """The files of a folder; raises StarterContentError when they are not whole."""
    problems: list[str] = []
    lists = {name: _read(folder / f"{name}.yaml", list, problems) for name in LISTS}
    files = sorted(path for path in folder.glob("*.yaml") if path.stem not in LISTS)
    plain = {path.stem: _read(path, dict, problems) for path in files if "." not in path.stem}
    translated = {path.stem: _read(path, dict, problems) for path in files if "." in path.stem}
    content = StarterContent(**lists, modules=list(plain.values()))
    if not problems:
        problems = list(problems_of(content))
    if not problems:
        problems = list(_add_translations(content, plain, translated))
    if problems:
        raise StarterContentError(problems)
    return content


def _add_translations(
    content: StarterContent, modules: Mapping[str, dict[str, Any]], translated: Mapping[str, Item]
) -> Iterator[str]:
    """Puts each translation, such as `04-words.ar.yaml`, to its English file; gives what is wrong with it."""
    whole = []
    for stem, item in translated.items():
        name, _dot, code = stem.rpartition(".")
        english = modules.get(name)
        if english is None or code not in CODES or code == DEFAULT:
            yield f"{stem}.yaml: belongs to no module, or to no language of Signpost."
        elif problems := list(translation_problems(english, item)):
            yield from (f"{stem}.yaml{problem}" for problem in problems)
        else:
            # What holds for English holds for a translation too: lengths, tags, tables. Questions only have the words
            # for true and false in their own language.
            alike = {**item, **{name: english[name] for name in ("quizzes",) if name in english}}
            instead = replace(content, modules=[alike if each is english else each for each in content.modules])
            yield from (f"{stem}.yaml: {problem}" for problem in problems_of(instead))
            whole.append((english, code, item))
    for english, code, item in whole:
        english.setdefault("translations", {})[code] = item


def _read(path: Path, kind: type, problems: list[str]) -> Any:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        problems.append(f"{path.name}: cannot be read: {error}")
        return kind()
    if not isinstance(content, kind):
        problems.append(f"{path.name}: must hold a {'list' if kind is list else 'mapping'}.")
        return kind()
    return content


def problems_of(content: StarterContent) -> Iterator[str]:
    """Everything that would keep the content from loading."""
    plural = {"source": content.sources, "contact": content.contacts, "fact": content.facts, "role": content.roles}
    shapes = [
        problem
        for name, items in {**plural, "course": content.courses, "module": content.modules}.items()
        for number, item in enumerate(items, start=1)
        for problem in shape_problems(_name(name, item, number), name, item)
    ]
    if shapes:
        yield from shapes
        return
    keys = {name: {item["key"] for item in items} for name, items in plural.items()}
    for name, items in plural.items():
        yield from _twice(name, [item["key"] for item in items])
    for name in ("contact", "fact"):
        for item in plural[name]:
            yield from _dated_problems(f"{name} {item['key']}", item, keys["source"])
    yield from _course_problems(content)
    for module in content.modules:
        yield from _module_problems(module, keys)


def _name(name: str, item: Any, number: int) -> str:
    known = item.get("key") or item.get("slug") if isinstance(item, dict) else None
    return f"{name} {known or number}"


def _twice(name: str, keys: list[str]) -> Iterator[str]:
    yield from (f"{name} {key}: stands there twice." for key, count in Counter(keys).items() if count > 1)


def _unknown(where: str, name: str, wanted: Any, keys: set[str]) -> Iterator[str]:
    yield from (f"{where}: there is no {name} “{key}”." for key in wanted or () if key not in keys)


def _dated_problems(where: str, item: Item, sources: set[str]) -> Iterator[str]:
    yield from _unknown(where, "source", [item["source"]], sources)
    if item["confidence"] not in Confidence.names:
        yield f"{where}: confidence is one of {', '.join(Confidence.names)}."
    if item["review_by"] < item["checked_on"]:
        yield f"{where}: it would be reviewed before it was checked."
    if "number" in item and not is_uk_number(item["number"]):
        yield f"{where}: “{item['number']}” is not a telephone number of the United Kingdom."
    if item.get("scope", "national") != "national":
        yield f"{where}: only national contacts can be shipped."
    if item.get("purpose", "other") not in Contact.Purpose.values:
        yield f"{where}: the purpose is one of {', '.join(Contact.Purpose.values)}."
    if item.get("opening", "unverified") not in ("unverified", "always"):
        yield f"{where}: the opening is unverified or always."
    for code, words in item.get("translations", {}).items():
        if code not in CODES or code == DEFAULT:
            yield f"{where}: “{code}” is not a language that it can be translated into."
        yield from shape_problems(f"{where} in {code}", "translated contact", words)


def _course_problems(content: StarterContent) -> Iterator[str]:
    slugs = [module["slug"] for module in content.modules]
    yield from _twice("module", slugs)
    yield from _twice("course", [course["slug"] for course in content.courses])
    listed = [(course["slug"], slug) for course in content.courses for slug in course["modules"]]
    for course, slug in listed:
        yield from _unknown(f"course {course}", "module", [slug], set(slugs))
    for module in content.modules:
        if (module["course"], module["slug"]) not in listed:
            yield f"module {module['slug']}: course “{module['course']}” does not list it."


def _quote_problems(where: str, part: Any, keys: Mapping[str, set[str]]) -> Iterator[str]:
    """Facts and contacts that a text anywhere in the part quotes, and that the files do not hold."""
    if isinstance(part, str):
        known = keys["contact"] | set(Contact.Purpose.values)
        for quote in quotes_in(part):
            yield from _unknown(where, quote.kind, [quote.key], known if quote.kind == CONTACT else keys[quote.kind])
    elif isinstance(part, dict | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _quote_problems(where, each, keys)


def _module_problems(module: Item, keys: Mapping[str, set[str]]) -> Iterator[str]:
    where = f"module {module['slug']}"
    yield from _quote_problems(where, module, keys)
    quizzes = module.get("quizzes") or []
    shapes = [
        problem
        for name, items in (("lesson", module["lessons"]), ("quiz", quizzes))
        for number, item in enumerate(items, start=1)
        for problem in shape_problems(f"{where}, {_name(name, item, number)}", name, item)
    ]
    if shapes:
        yield from shapes
        return
    yield from _unknown(where, "source", module["sources"], keys["source"])
    yield from _twice(f"{where}, lesson", [lesson["slug"] for lesson in module["lessons"]])
    yield from _twice(f"{where}, quiz", [quiz["slug"] for quiz in quizzes])
    known = {quiz["slug"] for quiz in quizzes}
    around = [module["check_quiz"]] if module.get("check_quiz") else []
    yield from _unknown(where, "quiz", around, known)
    yield from _twice(f"{where}, quiz", [*around, *(each["quiz"] for each in module["lessons"] if each.get("quiz"))])
    for lesson in module["lessons"]:
        here = f"{where}, lesson {lesson['slug']}"
        yield from _unknown(here, "role", lesson.get("roles"), keys["role"])
        yield from _unknown(here, "source", lesson.get("sources"), keys["source"])
        yield from _unknown(here, "quiz", filter(None, [lesson.get("quiz")]), known)
        if not lesson["body"]:
            yield f"{here}: the lesson is empty."
        for part in ("body", "gentle"):
            for number, block in enumerate(lesson.get(part) or (), start=1):
                yield from _block_problems(f"{here}, {part} {number}", block, keys)
    for quiz in quizzes:
        yield from _quiz_problems(f"{where}, quiz {quiz['slug']}", quiz)


def _block_problems(where: str, block: Any, keys: Mapping[str, set[str]]) -> Iterator[str]:
    if not isinstance(block, dict) or len(block) != 1:
        yield f"{where}: must be one block with its name."
        return
    kind, value = next(iter(block.items()))
    if kind in ("contact", "fact"):
        yield from _unknown(where, kind, [value], keys[kind])
    elif kind in ("heading", *RICH):
        if not isinstance(value, str) or not value.strip():
            yield f"{where}: “{kind}” says nothing."
        elif kind in RICH:
            yield from _html_problems(where, value)
    elif kind == "steps":
        for number, step in enumerate(value if isinstance(value, list) else [value], start=1):
            yield from shape_problems(f"{where}, step {number}", "step", step) or _html_problems(
                where, step.get("text", "")
            )
    elif kind in SHAPES and kind in ("do_dont", "quotation", "table", "pair"):
        problems = shape_problems(where, kind, value)
        yield from problems
        if kind == "table" and not problems:
            yield from _table_problems(where, value)
        if kind == "pair" and not problems:
            yield from _html_problems(where, value["happened"] + value["helps"])
    else:
        yield f"{where}: there is no block “{kind}”."


def _html_problems(where: str, html: str) -> Iterator[str]:
    if tags := foreign_tags(html):
        yield f"{where}: a lesson may not hold <{'>, <'.join(sorted(tags))}>."
    elif html.strip() and not clean_html(html):
        yield f"{where}: nothing is left of it after cleaning."


def _table_problems(where: str, table: Item) -> Iterator[str]:
    width = len(table["columns"])
    if not 2 <= width <= 5:
        yield f"{where}: a table has two to five columns."
    if any(not isinstance(row, list) or len(row) != width for row in table["rows"]) or not table["rows"]:
        yield f"{where}: every row must have {width} cells."


def _quiz_problems(where: str, quiz: Item) -> Iterator[str]:
    if not 1 <= quiz["pass_mark"] <= 100:
        yield f"{where}: the pass mark is between 1 and 100."
    if not quiz["questions"]:
        yield f"{where}: it asks nothing."
    if quiz.get("feedback_comes", Feedback.AT_END) not in Feedback.values:
        yield f"{where}: the feedback comes {', '.join(Feedback.values)}."
    keys = []
    for number, question in enumerate(quiz["questions"], start=1):
        here = f"{where}, {_name('question', question, number)}"
        problems = shape_problems(here, "question", question)
        problems = problems or [*_answer_problems(here, question), *_tag_problems(here, question)]
        if not problems and question["kind"] not in KINDS:
            problems = [f"{here}: the kind is one of {', '.join(KINDS)}."]
        yield from problems
        if problems:
            continue
        keys.append(question["key"])
        kind = KINDS[question["kind"]]
        value = kind.block.to_python(question_value(question, "check"))
        yield from (f"{here}: {problem.message}" for problem in kind.problems(value))
    yield from _twice(f"{where}, question", keys)


def _tag_problems(where: str, question: Item) -> Iterator[str]:
    tags = question.get("tags") or []
    if not all(isinstance(tag, str) and tag.strip() and "," not in tag for tag in tags):
        yield f"{where}: tags are words, each without a comma."
        return
    try:
        refuse_tags(tags)
    except ValidationError as refusal:
        yield f"{where}: {'; '.join(refusal.messages)}"


def _answer_problems(where: str, item: Item) -> Iterator[str]:
    """Wrong shapes among the choices and parts of a question, or the choices of a part."""
    for name in ("choice", "part"):
        for place, each_one in enumerate(item.get(f"{name}s") or (), start=1):
            here = f"{where}, {name} {place}"
            problems = shape_problems(here, name, each_one)
            yield from problems
            if not problems:
                yield from _answer_problems(here, each_one)
