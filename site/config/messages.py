"""Compiles locale/*.po to .mo without GNU gettext; run as a script before Django starts.

Without its compiled catalogue Somali, which Django does not know, silently does not exist.
"""

import sys
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parents[2] / "locale"


def compile_messages(folder: Path = LOCALE) -> int:
    """Writes a .mo beside each .po and returns how many there are."""
    files = sorted(folder.glob("*/LC_MESSAGES/*.po"))
    for file in files:
        polib.pofile(str(file)).save_as_mofile(str(file.with_suffix(".mo")))
    return len(files)


if __name__ == "__main__":
    sys.exit(0 if compile_messages() else "No message catalogues were found in locale/.")
