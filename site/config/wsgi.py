"""The WSGI door for gunicorn."""

import os
import sys
from pathlib import Path

from django.core.wsgi import get_wsgi_application

# The apps live beside `site/`, the project package inside it.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
