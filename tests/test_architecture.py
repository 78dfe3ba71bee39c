"""The layer rule, for the links that the import linter cannot see: foreign keys by name, and templates."""

import configparser
import re
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parents[1]
OURS = (
    "downloads",
    "organisations",
    "guidance",
    "quizzes",
    "courses",
    "home",
    "records",
    "reporting",
    "privacy",
    "config",
)


def levels() -> dict[str, int]:
    """Each app's row in .importlinter, the top row being 0."""
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter")
    rows = contract["importlinter:contract:layers"]["layers"].strip().split("\n")
    return {name.strip(): number for number, row in enumerate(rows) for name in row.split("|")}


def test_every_app_has_a_layer():
    assert set(levels()) == set(OURS)


def test_foreign_keys_point_downwards():
    level = levels()
    wrong = []
    for model in apps.get_models():
        here = model._meta.app_label
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model:
                there = field.related_model._meta.app_label
                if here in level and there in level and here != there and level[there] <= level[here]:
                    wrong.append(f"{model.__name__}.{field.name} -> {there}")
    assert wrong == []


def test_templates_load_no_tags_of_a_higher_app():
    level = levels()
    libraries = {
        path.stem: path.parts[len(ROOT.parts) + (1 if path.parts[len(ROOT.parts)] == "site" else 0)]
        for path in ROOT.glob("**/templatetags/*.py")
        if not {".venv", ".venv-next", "node_modules"} & set(path.parts) and path.stem != "__init__"
    }
    wrong = []
    for template in (ROOT / "site" / "templates").glob("**/*.html"):
        here = template.relative_to(ROOT / "site" / "templates").parts[0]
        for names in re.findall(r"{%\s*load\s+([^%]+?)\s*%}", template.read_text()):
            for name in names.split():
                there = libraries.get(name)
                if there and here in level and level[there] < level[here]:
                    wrong.append(f"{template.name} loads {name} of {there}")
    assert wrong == []
