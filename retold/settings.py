"""Every setting of Retold, read from the environment.

The table in README.md documents each variable; a test keeps the two in step. A variable that is
missing or makes no sense stops the start with a sentence that names it.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError, validate

from retold.databases import database
from retold.logs import refused
from retold.starting import a_file_in_a_folder, a_phone_region, a_time_zone, in_words

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
# A .env file beside manage.py is read if there is one; the real environment wins over it.
env.read_env(str(BASE_DIR / ".env"), recurse=False)

# Where work outside the request is done.
TASK_BACKENDS = {
    "process": "retold.tasks.BackgroundBackend",
    "worker": "django_tasks_db.DatabaseBackend",
}


def host_of(address: str) -> str:
    """The host name in an address; empty if it is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


try:
    # DEMO is for trying Retold out and shows it as it is; DEBUG is for working on it and shows its
    # inside when something breaks. Both do with a key and accounts that anybody may know.
    DEBUG = env.bool("DEBUG", False)
    DEMO = env.bool("DEMO", False)
    TRYING_OUT = DEBUG or DEMO
    SECRET_KEY = env.str("SECRET_KEY", "")
    SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", [], subcast=str.strip)
    SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000" if TRYING_OUT else "").rstrip("/")
    HOST = host_of(SITE_URL)
    # Whoever asks from the server itself, such as its health check, is answered too.
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [HOST, "localhost", "127.0.0.1", "[::1]"])
    ORGANISATION = env.str("ORGANISATION", "Northgate" if TRYING_OUT else "our organisation")
    DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "data")))
    DATABASE = env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'retold.sqlite3'}")
    # As many as `make run` has threads, and one for tasks.
    DATABASE_CONNECTIONS = env.int(
        "DATABASE_CONNECTIONS", 2 * (os.cpu_count() or 1) + 2, validate=validate.Range(1)
    )
    DATABASE_SECONDS = env.int("DATABASE_SECONDS", 30, validate=validate.Range(1))
    EMAIL = env.dj_email_url("EMAIL_URL", "console://")
    DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", "Retold <retold@localhost>")
    TIME_ZONE = env.str("TIME_ZONE", "UTC", validate=a_time_zone)
    MODERATION_HOURS = env.int("MODERATION_HOURS", 24, validate=validate.Range(1))
    HTTPS = env.bool("HTTPS", SITE_URL.startswith("https://"))
    HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000, validate=validate.Range(0))
    HSTS_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", False)
    SECOND_FACTOR = env.str(
        "SECOND_FACTOR", "none", validate=validate.OneOf(["none", "moderators"])
    )
    SESSION_IDLE_HOURS = env.int("SESSION_IDLE_HOURS", 7 * 24, validate=validate.Range(1))
    SESSION_DAYS = env.int("SESSION_DAYS", 30, validate=validate.Range(1))
    PROXIES = env.int("PROXIES", 0, validate=validate.Range(0))
    PHONE_REGION = env.str("PHONE_REGION", "GB", validate=a_phone_region)
    TASKS_IN = env.str("TASKS", "process", validate=validate.OneOf(TASK_BACKENDS))
    PHOTO_MEGABYTES = env.int("PHOTO_MEGABYTES", 25, validate=validate.Range(1))
    # Within a minute; 0 sets none. While trying out, everybody shares four accounts.
    LIMIT_WRITES = env.int(
        "LIMIT_WRITES", 30_000 if TRYING_OUT else 300, validate=validate.Range(0)
    )
    LIMIT_READS = env.int("LIMIT_READS", 60_000 if TRYING_OUT else 600, validate=validate.Range(0))
    LIMIT_ADDRESS = env.int("LIMIT_ADDRESS", 20, validate=validate.Range(0))
    # In days; 0 keeps them for good.
    KEEP_DRAFTS = env.int("KEEP_DRAFTS", 365, validate=validate.Range(0))
    KEEP_REJECTED = env.int("KEEP_REJECTED", 180, validate=validate.Range(0))
    KEEP_LEAVERS = env.int("KEEP_LEAVERS", 365, validate=validate.Range(0))
    KEEP_FLAGS = env.int("KEEP_FLAGS", 365, validate=validate.Range(0))
    KEEP_ADDRESSES = env.int("KEEP_ADDRESSES", 365, validate=validate.Range(0))
    SECURITY_LOG = env.str("SECURITY_LOG", "", validate=a_file_in_a_folder)
    NAMES_WAIT = env.bool("NAMES_WAIT", False)
    BACKUP_PASSPHRASE = env.str("BACKUP_PASSPHRASE", "")
    FONT_DIRS = env.list("FONT_DIRS", ["/usr/share/fonts", "/usr/local/share/fonts"])
except EnvError as error:
    raise ImproperlyConfigured(f"The environment is not right: {in_words(error)}") from error

if not SECRET_KEY:
    if not TRYING_OUT:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Give it 50 random characters, or set DEMO=1 to try Retold out."
        )
    SECRET_KEY = "only-for-trying-out-" + "x" * 40
if not (HOST and SITE_URL.startswith(("https://", "http://"))):
    raise ImproperlyConfigured(
        "SITE_URL is where people reach Retold, such as https://stories.example.org. "
        + (f"“{SITE_URL}” is no such address." if SITE_URL else "It is not set.")
    )
if "EMAIL_BACKEND" not in EMAIL:
    raise ImproperlyConfigured(
        "EMAIL_URL begins with none of submission://, smtp:// and console://."
    )

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "retold.apps.RetoldAdminConfig",
    "django_htmx",
    "taggit",
    "tree_queries",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "staff",
    "stories",
]
if TASKS_IN == "worker":
    INSTALLED_APPS += ["retold.worker", "django_tasks_db"]

MIDDLEWARE = [
    "stories.wall.unchanged.AnswerUnchanged",
    "stories.reading.unchanged.AnswerUnchanged",
    "retold.headers.Headers",
    "staff.security_log.Refusals",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "retold.csp.OnePolicy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "retold.health.AskNobody",
    "stories.unchanged.GiveRemembered",
    "retold.sessions.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "retold.sessions.AuthenticationMiddleware",
    "staff.second_factor.HoldBack",
    # Signed in is the rule; the few pages open to visitors say so with @login_not_required.
    "retold.errors.SignInFirst",
    "retold.limits.Limits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "staff.acting.remember_request",
]

ROOT_URLCONF = "retold.urls"
WSGI_APPLICATION = "retold.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "retold.context.site",
            ],
        },
    },
]

# Tries are counted here: whoever makes up names must not crowd out the counts of others.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    # Parts of pages that are the same on all of them, in each language; who works on them sees what
    # they do at once.
    "pieces": {
        "BACKEND": f"django.core.cache.backends.{'dummy.Dummy' if DEBUG else 'locmem.LocMem'}Cache",
        "LOCATION": "pieces",
    },
    # Apart from them, so that many who write do not crowd out tries either.
    "limits": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "limits",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}
DATABASES = {"default": database(DATABASE, DATABASE_CONNECTIONS, DATABASE_SECONDS)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = [
    "staff.accounts.Backend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [{"NAME": "staff.trying_out.NotTheDemoPassword"}, {"NAME": "staff.passwords.NotOurNames"}]
SESSION_ENGINE = "retold.sessions"
# What nearly every page asks about whoever reads it, asked for with their session.
SESSION_BESIDE = "stories.wall.visits.beside"
MESSAGE_STORAGE = "retold.messages.Storage"
# The cookie's; the database knows of each session when it is over.
SESSION_COOKIE_AGE = SESSION_DAYS * 24 * 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "wall"
ACCOUNT_ADAPTER = "staff.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Beside the request, so that the time it takes does not tell who has an account.
ACCOUNT_MAILS_AT_ONCE = False
# Whoever has no account gets no mail: a form anybody can reach must not write to strangers.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_FORMS = {
    "login": "staff.account_forms.SignInForm",
    "request_login_code": "staff.account_forms.CodeRequestForm",
    "confirm_login_code": "staff.account_forms.CodeForm",
    "reset_password": "staff.account_forms.ForgottenForm",
    "reset_password_from_key": "staff.account_forms.NewPasswordForm",
    "change_password": "staff.account_forms.ChangePasswordForm",
    "set_password": "staff.account_forms.FirstPasswordForm",
    "reauthenticate": "staff.account_forms.ReauthenticateForm",
}
# Wrong tries, not people: a whole hospital may come from one address at the change of shift.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "30/m/ip,5/5m/key,100/d/key",
    "request_login_code": "60/m/ip,3/m/key,20/h/key",
    "reset_password": "60/m/ip,3/m/key,20/h/key",
}
MFA_ADAPTER = "staff.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Accounts and their addresses are made by an admin: there is no stranger to be kept from one.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# A telephone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_FORMS = {
    "authenticate": "staff.account_forms.FactorForm",
    "reauthenticate": "staff.account_forms.FactorAgainForm",
    "activate_totp": "staff.account_forms.AppForm",
    "authenticate_webauthn": "staff.account_forms.PasskeyForm",
    "login_webauthn": "staff.account_forms.PasskeyAloneForm",
    "reauthenticate_webauthn": "staff.account_forms.PasskeyAgainForm",
    "add_webauthn": "staff.account_forms.NewPasskeyForm",
    "edit_webauthn": "staff.account_forms.PasskeyNameForm",
}
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# Tries to sign in are counted by address: of the header anybody may send, only what our own proxies
# wrote is believed.
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES

LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = "retold.formats"
USE_TZ = True

STATIC_URL = "static/"
# Nobody who tries it out should have to collect static files first.
STATIC_ROOT = None if TRYING_OUT else BASE_DIR / "staticfiles"
# Our files are for our pages.
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = TRYING_OUT
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if TRYING_OUT
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL["EMAIL_HOST"]
EMAIL_PORT = EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL["EMAIL_USE_TLS"]
EMAIL_USE_SSL = EMAIL["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# A story has at most 12,000 characters; the room above that lets us say so instead of cutting off.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# A photo on its way waits on disk: several at once must not fill the memory.
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "retold.uploads.BoundedUpload",
]

# Photos are never served by a web server: each request asks who may see them.
MEDIA_ROOT = DATA_DIR / "media"
TASKS = {"default": {"BACKEND": TASK_BACKENDS[TASKS_IN]}}
# What is done once somebody asked not to be named. The directory knows nothing of stories.
WHEN_UNNAMED = "stories.sharing.cards.tasks.collect_cards"
# What follows names and teams in the transaction that changes them.
WHEN_DIRECTORY_CHANGES = "stories.named.follow_directory"

TAGGIT_CASE_INSENSITIVE = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# A name that begins so is refused by browsers from any other host, and without https.
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "retold.errors.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# A health check comes from the machine itself, without the proxy and its https.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_HSTS_SECONDS = HSTS_SECONDS if HTTPS else 0
# A promise for every name below ours is not ours to make, and one in browsers' own lists can
# hardly be taken back; so Django's advice to make both is not repeated at each check.
SECURE_HSTS_INCLUDE_SUBDOMAINS = HSTS_SUBDOMAINS
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "retold.logs.OneLine",
            "fmt": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "filters": {"refused": {"()": "django.utils.log.CallbackFilter", "callback": refused}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # It says by which key somebody signed in; that they did our own line says, without it.
        "fido2": {"level": "WARNING"},
        "django.request": {"filters": ["refused"]},
    },
}
if SECURITY_LOG:
    # Opened anew when it was moved away, and not before there is something to say.
    LOGGING["handlers"]["security"] = {
        "class": "logging.handlers.WatchedFileHandler",
        "filename": SECURITY_LOG,
        "delay": True,
        "encoding": "utf-8",
        "formatter": "line",
    }
    for name in ("retold.security", "django.security"):
        LOGGING["loggers"][name] = {"handlers": ["security"]}
