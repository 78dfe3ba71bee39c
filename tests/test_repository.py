"""What the repository itself must hold to."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GENERATED = {".venv", ".venv-next", "node_modules", ".git", "static", "staticfiles"}


def test_folders_that_share_a_standard_library_name_are_no_packages():
    assert not (ROOT / "site" / "__init__.py").exists()
    assert not (ROOT / "locale" / "__init__.py").exists()


def test_python_files_stay_short():
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in ROOT.glob("**/*.py")
        if not GENERATED & set(path.relative_to(ROOT).parts)
        and "migrations" not in path.parts
        and (lines := len(path.read_text().splitlines())) > 400
    ]
    assert long == []
