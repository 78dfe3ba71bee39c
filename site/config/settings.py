"""Settings for every installation; what differs between them comes from the environment (see README)."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF, UNSAFE_INLINE
from django.conf import locale as django_locale

from config import env
from config.settings_database import database_settings
from config.settings_files import media_origins, storages
from config.settings_logs import logging_settings

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))

IS_DEVELOPMENT = env.flag("DEBUG")
DEMO = env.flag("DEMO")
# A visitor of the demo meets the real error pages, not Django's.
DEBUG = IS_DEVELOPMENT and not DEMO
SECRET_KEY = env.secret_key(debug=IS_DEVELOPMENT, folder=VAR_DIR)
# What earlier keys encrypted or signed is still read.
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]" if IS_DEVELOPMENT else "")
BASE_URL = env.text("BASE_URL", f"http://127.0.0.1:{env.text('PORT', '8000')}").rstrip("/")
IS_HTTPS = BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [BASE_URL] if IS_HTTPS else []

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "privacy",
    "reporting",
    "records",
    "home",
    "courses",
    "quizzes",
    "guidance",
    "organisations",
    "modeltranslation",
    "wagtail.contrib.typed_table_block",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "organisations.cms.UsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_tasks",
    "django_tasks_db",
    "health_check",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "config.logs.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.ContentSecurityPolicyMiddleware",
    "config.middleware.BrowserRightsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "guidance.middleware.ReaderMiddleware",
    "organisations.middleware.IdleSignOutMiddleware",
    "organisations.middleware.SecondFactorMiddleware",
    "organisations.middleware.CmsDoorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "site" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.chrome",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data ----------------------------------------------------------------------------------------
DATABASES = {"default": database_settings(BASE_DIR)}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if REDIS_URL := env.text("REDIS_URL"):
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "signpost",
    }
#: How many web processes gunicorn starts.
WEB_CONCURRENCY = env.whole_number("WEB_CONCURRENCY", 1)

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# --- Files ---------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "site" / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "site" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / "media")))
STORAGES = storages(is_development=IS_DEVELOPMENT)
IMAGE_SOURCES = [SELF, "data:", *media_origins()]
WHITENOISE_USE_FINDERS = IS_DEVELOPMENT
# The CMS form of a lesson carries seven languages of every block.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# --- Languages and time --------------------------------------------------------------------------
# Django ships no Somali: name it, or the language silently does not exist.
django_locale.LANG_INFO.setdefault("so", {"bidi": False, "code": "so", "name": "Somali", "name_local": "Soomaali"})
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("ar", "العربية"),
    ("fa", "فارسی"),
    ("fr", "Français"),
    ("pt", "Português"),
    ("so", "Soomaali"),
    ("es", "Español"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"
FORMAT_MODULE_PATH = ["config.formats"]

MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_LANGUAGES = tuple(code for code, _name in LANGUAGES)
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en",)
MODELTRANSLATION_CUSTOM_FIELDS = ("StreamField",)

# --- People --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "records:my_learning"
ACCOUNT_ADAPTER = "organisations.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "organisations.forms.SignInForm",
    "signup": "organisations.forms.SignUpForm",
    "request_login_code": "organisations.forms.RequestCodeForm",
    "confirm_login_code": "organisations.forms.SignInCodeForm",
    "confirm_email_verification_code": "organisations.forms.ProveAddressForm",
    "confirm_password_reset_code": "organisations.forms.ResetCodeForm",
    "reset_password": "organisations.forms.ResetPasswordForm",
    "add_email": "organisations.forms.AddAddressForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# A password is a second way in; a code by e-mail is enough.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# A code is typed in; a mail scanner that opens links uses nothing up.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 900
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_LOGOUT_ON_GET = False
# How long a session lasts follows from "This is a shared computer" instead.
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# First per account, so that guessing one is hopeless; per network address only against floods, because a whole
# room at a briefing, or a whole force, stands behind one.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    # By account and network address, so that a stranger's guesses do not shut its owner out (organisations.limits).
    "login_failed": "5/5m/key,20/h/key,200/10m/ip",
    "login_failed_anywhere": "100/h/key",
    "request_login_code": "3/m/key,10/h/key,300/m/ip",
    "reset_password": "3/m/key,10/h/key,300/m/ip",
    "reset_password_from_key": "300/m/ip",
    "confirm_email": "1/10s/key,20/h/key",
    "signup": "300/m/ip",
    "manage_email": "20/m/user",
    "change_password": "5/m/user",
    "reauthenticate": "5/m/user",
}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# A person keeps a work and a personal address side by side.
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"

# An organisation's own sign-in (OpenID Connect): its people are known by their address there, so nothing is stored.
SOCIALACCOUNT_ADAPTER = "organisations.adapter_oidc.OrganisationSignInAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"APPS": env.openid_providers("OIDC_PROVIDERS"), "OAUTH_PKCE_ENABLED": True}
}
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
SOCIALACCOUNT_STORE_TOKENS = False
# The provider's own page asks; a form of ours could not lead to another site under our policy.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10

#: Whether an appointment works only in a session in which a second factor was proven. Only a development machine may
#: switch it off, and the demo does, so that its printed sign-ins are enough.
SECOND_FACTOR_REQUIRED = env.flag("SECOND_FACTOR_REQUIRED", default=not DEMO)
MFA_ADAPTER = "organisations.adapter_mfa.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "organisations.forms_mfa.CodeForm",
    "reauthenticate": "organisations.forms_mfa.CodeAgainForm",
    "activate_totp": "organisations.forms_mfa.ActivateAppForm",
    "login_webauthn": "organisations.forms_mfa.PasskeySignInForm",
    "add_webauthn": "organisations.forms_mfa.AddPasskeyForm",
    "edit_webauthn": "organisations.forms_mfa.RenamePasskeyForm",
}
MFA_TOTP_ISSUER = "Signpost"
# Phones' clocks run a little fast or slow.
MFA_TOTP_TOLERANCE = 1
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey counts as two factors because the device asks for a finger, a face or a PIN.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = IS_DEVELOPMENT
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
IDLE_SECONDS = 12 * 60 * 60
# Longer, so that what somebody sends from a page that lay open overnight is kept until they have signed in again.
SESSION_COOKIE_AGE = 2 * IDLE_SECONDS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
#: How long a session on a shared computer may lie idle, in seconds.
SHARED_COMPUTER_IDLE_SECONDS = 20 * 60

#: What the worker does by itself: by night it takes away what is past its period, by day it reminds of what ends.
RETENTION_NIGHTLY = env.flag("RETENTION_NIGHTLY")
REMIND_BEFORE_EXPIRY = env.flag("REMIND_BEFORE_EXPIRY", default=True)

# --- Mail ----------------------------------------------------------------------------------------
_SENT_TO = "filebased" if IS_DEVELOPMENT else "smtp"
EMAIL_BACKEND = env.text("EMAIL_BACKEND", f"django.core.mail.backends.{_SENT_TO}.EmailBackend")
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.whole_number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Signpost <signpost@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
#: Where mail servers report that a letter did not arrive; `manage.py read_bounces` reads what comes there.
BOUNCE_ADDRESS = env.text("BOUNCE_ADDRESS")

# --- CMS -----------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Signpost"
WAGTAILADMIN_BASE_URL = BASE_URL
# Codes outside LANGUAGES make page.url answer 404.
WAGTAILADMIN_PERMITTED_LANGUAGES = [(code, name) for code, name in LANGUAGES if code not in {"pt", "so"}]
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
# What goes live goes through a submission of a whole module (courses.actions), never through a page's own workflow.
WAGTAIL_WORKFLOW_ENABLED = False
# Autosave posts the whole seven-language form and could overwrite another translator.
WAGTAIL_AUTOSAVE_INTERVAL = 0
WAGTAILSEARCH_BACKENDS: dict[str, dict[str, object]] = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
# A picture that approved lessons show keeps its file.
WAGTAILIMAGES_IMAGE_FORM_BASE = "courses.forms_images.ApprovedImageForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "rtf", "txt", "xlsx"]  # nothing that a browser runs
WAGTAILDOCS_SERVE_METHOD = "serve_view"

# --- Security ------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
# Probes come by plain HTTP from inside.
SECURE_REDIRECT_EXEMPT = [r"^healthz"]
#: Whom to tell of a hole: a mailto: or https: address for /.well-known/security.txt.
SECURITY_CONTACT = env.text("SECURITY_CONTACT")
CSRF_FAILURE_VIEW = "config.error_pages.csrf_failure"
X_FRAME_OPTIONS = "SAMEORIGIN"
if env.flag("BEHIND_TLS_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
FEATURES_NOT_NEEDED = [
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
]
#: What the browser may do for our pages: passkeys, printing and full screen; no camera, no place, no tracking.
PERMISSIONS_POLICY = ", ".join(
    [
        *(f"{feature}=()" for feature in FEATURES_NOT_NEEDED),
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    ]
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": IMAGE_SOURCES,
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [SELF],
        "manifest-src": [SELF],
        "upgrade-insecure-requests": IS_HTTPS,
    }
}
#: The CMS needs inline scripts and styles; nothing else is loosened for it.
CMS_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [*IMAGE_SOURCES, "blob:"],
    "frame-src": [SELF],
}
SILENCED_SYSTEM_CHECKS = [
    # E-mail is the sign-in name and is optional: uniqueness is a constraint on Lower(email) instead.
    "auth.W004",
    # The CMS shows previews of our own pages in a frame; nobody else may frame us.
    "security.W019",
]

LOGGING = logging_settings(is_development=IS_DEVELOPMENT)
