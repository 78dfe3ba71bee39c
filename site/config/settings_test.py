"""What the tests change: quick passwords, tasks inline, mail in memory; the database may be either kind."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-the-tests-" * 4)
os.environ.setdefault("DEBUG", "0")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")

from config.settings import *  # noqa: F403
from config.settings import BASE_DIR, DATABASES, MIDDLEWARE

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATICFILES_DIRS = [path for path in [BASE_DIR / "site" / "static"] if path.exists()]
# No test searches for pages; keeping the index of words up takes a tenth of what writes pages.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "AUTO_UPDATE": False}}
# whitenoise warns about a STATIC_ROOT that no test collects.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise.")]
DATABASES["default"]["CONN_MAX_AGE"] = 0
if os.environ.get("TEST_DATABASE_FILE"):
    # With --reuse-db a kept file saves making a database at each run.
    DATABASES["default"].setdefault("TEST", {})["NAME"] = BASE_DIR / "var" / "test.sqlite3"
