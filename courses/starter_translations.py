"""Translations of starter modules: the same tree as the English file, with the words in another language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Item = Mapping[str, Any]
#: The same part of a file in other languages, by language code.
Translations = Mapping[str, Item]

#: What says the same in every language; everything else that is a text is to be translated.
SAME_EVERYWHERE = frozenset(
    {
        *("slug", "course", "key", "kind", "minutes", "valid_for_months", "pass_mark", "is_correct", "counts"),
        *("roles", "sources", "quiz", "check_quiz", "contact", "fact"),
        *("tags", "attempts_allowed", "minutes_allowed", "feedback_comes", "is_shuffled"),
        *("weight", "value", "tolerance", "next", "right", "is_typed"),
    }
)


def translation_problems(english: Any, translated: Any, where: str = "") -> Iterator[str]:
    """Where a translation has another shape than its English, or says nothing where English says something."""
    if isinstance(english, dict) and isinstance(translated, dict):
        yield from (f"{where}: “{name}” is missing." for name in sorted(english.keys() - translated.keys()))
        yield from (f"{where}: “{name}” is not in the English." for name in sorted(translated.keys() - english.keys()))
        for name in sorted(english.keys() & translated.keys()):
            here = f"{where}, {name}"
            if name not in SAME_EVERYWHERE:
                yield from translation_problems(english[name], translated[name], here)
            elif english[name] != translated[name]:
                yield f"{here}: must be as in the English, {english[name]!r}."
    elif isinstance(english, list) and isinstance(translated, list):
        if len(english) != len(translated):
            yield f"{where}: the English has {len(english)} and this has {len(translated)}."
            return
        for number, (one, other) in enumerate(zip(english, translated, strict=True), start=1):
            yield from translation_problems(one, other, f"{where} {number}")
    elif isinstance(english, str) and isinstance(translated, str):
        if bool(english.strip()) != bool(translated.strip()):
            yield f"{where}: {'is empty' if english.strip() else 'the English is empty here'}."
    elif type(english) is not type(translated):
        yield f"{where}: is of another kind than in the English."


def each_of(translations: Translations, name: str, number: int) -> dict[str, Item]:
    """The same member of the same list in each translation."""
    return {code: item[name][number] for code, item in translations.items()}


def texts_of(english: Item, translations: Translations, name: str) -> dict[str, str]:
    """One text by language code; languages that say nothing are left out."""
    texts = {code: (item.get(name) or "").strip() for code, item in {"en": english, **translations}.items()}
    return {code: text for code, text in texts.items() if text}
