"""Settings, all from the environment (README: "Settings"); the defaults are safe for production."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def kept_secret_key(path: Path) -> str:
    """Return the key kept in `path` (mode 600), making it at the first start."""
    if not path.exists():
        try:
            descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".secret_key.")
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(50))
            with suppress(FileExistsError):  # another process was first: its key counts
                os.link(name, path)
            Path(name).unlink()
        except OSError as error:
            raise ImproperlyConfigured(f"Set SECRET_KEY: {path.name} cannot be written here ({error}).") from error
    return path.read_text().strip()


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret_key(BASE_DIR / ".secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

SITE_NAME = env.str("SITE_NAME", default="Factcheck")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")  # for files; pages know where they stand
# Who reads reports of security holes, as mailto:… or https://…; without it, the page “Contact”.
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")
# The likelihood from which a published claim is offered as the answer to a text (see `match --report`).
MATCH_SUGGESTED = env.float("MATCH_SUGGESTED", default=0.3)
MATCH_VERY_LIKELY = env.float("MATCH_VERY_LIKELY", default=0.8)
# The organisation that signs reviews: the slug and name of its Source, made at the first publication.
REVIEWER_SLUG = env.str("REVIEWER_SLUG", default="our-desk")
# Under what others may use our texts and data, and where that is written; empty: all rights reserved.
LICENCE_NAME = env.str("LICENCE_NAME", default="")
LICENCE_URL = env.str("LICENCE_URL", default="")
REVIEWER_NAME = env.str("REVIEWER_NAME", default=SITE_NAME)

INSTALLED_APPS = [
    "claims.apps.ClaimsConfig",
    "claims.apps.DeskConfig",  # django.contrib.admin with our front page
    "django.contrib.auth",
    "django.contrib.humanize",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django_filters",
    "drf_spectacular",
    "django_htmx",
    "simple_history",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
]

MIDDLEWARE = [
    "factcheck.health.probes",
    "factcheck.health.observed",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "claims.public.http_cache.cache_policy",
    "django.middleware.gzip.GZipMiddleware",
    "factcheck.bounds.isolated",
    "factcheck.replicas.ReadMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "factcheck.bounds.bounded",
    "claims.public.i18n.AddressLanguageMiddleware",
    "claims.public.http_cache.answer_from_state",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "claims.desk.sign_in.without_second_factor_a_reader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

FORM_RENDERER = "claims.desk.widgets.Renderer"  # the desk's forms have a hundred fields
ROOT_URLCONF = "factcheck.urls"
WSGI_APPLICATION = "factcheck.wsgi.application"

TEMPLATES = [
    {  # readers' pages
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "claims.templating.environment",
            "context_processors": ["claims.public.i18n.site"],
        },
    },
    {  # the desk
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "claims.desk.requests.desk",
            ],
        },
    },
]

# How long a query for a page that anyone may read may take, in seconds; then the answer is 503, try again.
QUERY_SECONDS = env.int("QUERY_SECONDS", default=5)
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "factcheck.sqlite"
    DATABASES["default"]["CONN_MAX_AGE"] = 60  # to open one takes longer than most pages
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    # Readers have connections of their own, to the primary and to each replica: they only read, and not for long.
    limits = f"-c statement_timeout={QUERY_SECONDS * 1000} -c default_transaction_read_only=on"
    replicas = env.list("DATABASE_REPLICA_URLS", default=[])
    for name, url in {"reader": "", **{f"replica{number}": url for number, url in enumerate(replicas)}}.items():
        DATABASES[name] = {**(env.db_url_config(url) if url else DATABASES["default"])}
        DATABASES[name]["OPTIONS"] = {
            **DATABASES[name].get("OPTIONS", {}),
            "options": limits,
            "connect_timeout": 2,
        }
        DATABASES[name] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "TEST": {"MIRROR": "default"}}
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = env.bool("DATABASE_POOL", default=True)
DATABASE_ROUTERS = ["factcheck.replicas.Router"]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_RESET_TIMEOUT = 24 * 3600  # seconds: how long a link to choose a password works
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = "claims.desk.sign_in.delay"
AXES_CLIENT_IP_CALLABLE = "claims.client_address.client_address"
AXES_LOCKOUT_CALLABLE = "claims.desk.form_recovery.locked_out"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# A session ends when the desk was not used for so long; what was being typed is kept through signing in again.
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=False)  # of approvers and administrators
ACCOUNT_ADAPTER = "claims.desk.sign_in.Adapter"
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is only where a link to choose a password is sent
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds by which a telephone's clock may be off
USERSESSIONS_TRACK_ACTIVITY = True  # the desk keeps it; the list shows it

# Where mail goes out, as smtp+tls://user:password@host:587. Without it, no link to choose a password is mailed.
MAILERS: dict[str, dict[str, object]] = {}
if mail := env.str("EMAIL_URL", default=""):
    parts = env.email_url_config(mail)
    names = {"host": "HOST", "port": "PORT", "username": "HOST_USER", "password": "HOST_PASSWORD", "use_tls": "USE_TLS"}
    options = {name: parts.get(f"EMAIL_{part}") for name, part in {**names, "use_ssl": "USE_SSL"}.items()}
    MAILERS["default"] = {"BACKEND": parts["EMAIL_BACKEND"], "OPTIONS": {**options, "timeout": 10}}
SILENCED_SYSTEM_CHECKS = ["mail.W001"]  # mail is optional
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="webmaster@localhost")

# A desk must not be able to "revert" a claim past the workflow: restoring a wording is a new edit.
SIMPLE_HISTORY_REVERT_DISABLED = True
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

# The language reviews are written in, the desk speaks, and pages without a language in their address have.
LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en-gb")
FORMAT_MODULE_PATH = "factcheck.formats"
LANGUAGES = [("en-gb", "English"), ("ko", "한국어"), ("ru", "Русский")]
if LANGUAGE_CODE not in dict(LANGUAGES):
    LANGUAGES.append((LANGUAGE_CODE, LANGUAGE_CODE))
TIME_ZONE = env.str("TIME_ZONE", default="UTC")

# A form with a long article, or a claim with a hundred pieces of evidence.
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
CSRF_FAILURE_VIEW = "claims.desk.form_recovery.csrf_failure"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],  # the icon stands in the page: one request less
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}

HTTPS = env.bool("HTTPS", default=not DEBUG)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
# Addresses or networks of our own proxies: what they say of a client's address is believed, nobody else's.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
PUBLIC_BODY = 1024 * 1024  # bytes that a request from a stranger may hold
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Counters of API requests: in each process, so that each has its share of the ceiling; or in a cache for all.
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}
CACHES["default"].setdefault("OPTIONS", {})
if "locmem" in CACHES["default"]["BACKEND"]:
    CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] = 100_000
API_COUNTERS = env.int("WEB_CONCURRENCY", default=1) if "locmem" in CACHES["default"]["BACKEND"] else 1
REST_FRAMEWORK = {
    "DEFAULT_THROTTLE_RATES": {"anon": env.str("API_RATE", default="600/min")},
    "EXCEPTION_HANDLER": "claims.api.problems.handle",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "DESCRIPTION": "Reviews of claims: what stands, what stood on a day, every version, what changed. It only reads.",
    "SERVERS": [{"url": SITE_URL}],
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "POSTPROCESSING_HOOKS": ["claims.api.schemas.add_shapes"],
    "DISABLE_ERRORS_AND_WARNINGS": True,
}

# One line of JSON for each event, or words for people; every line of a request carries the request's id.
LOG_FORMAT = env.str("LOG_FORMAT", default="words")
LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "factcheck.health.AddRequestId"}},
    "formatters": {
        "words": {"format": "{levelname} {name} {request_id} {message}", "style": "{"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "{asctime}{levelname}{name}{request_id}{message}",
            "style": "{",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["request_id"], "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}

# Who may read /metrics without an account (Authorization: Bearer …), and where gunicorn's workers add up theirs.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
PROMETHEUS_MULTIPROC_DIR = env.str("PROMETHEUS_MULTIPROC_DIR", default="")
