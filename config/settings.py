"""Settings. One code, two modes, told apart by environment variables only.

*Embedded* (the default) needs nothing but Python: SQLite, Celery over files, mail kept in `var/`.
*Production* (`STEWARD_MODE=production`) is served over HTTPS and must be given its secrets.
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

from config import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules

env = environ.Env()

PRODUCTION = env.str("STEWARD_MODE", "embedded") == "production"
DEBUG = False

# Everything an installation makes for itself lies here: database, mail, queue, cache.
VAR_DIR = Path(env.str("STEWARD_VAR", str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

if PRODUCTION:
    SECRET_KEY = env.str("SECRET_KEY")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
else:
    SECRET_KEY = env.str("SECRET_KEY", "") or secret_key.read_or_make(VAR_DIR / "secret_key")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The address people type, for links in e-mails.
SITE_URL = env.str("SITE_URL", f"http://localhost:{env.int('PORT', 8000)}").rstrip("/")
REDIS_URL = env.str("REDIS_URL", "")

INSTALLED_APPS = [
    "dashboards",
    "reminders",
    "performance.credits",
    "performance.scorecards",
    "performance.trends",
    "performance",
    "risks.continuity",
    "risks.indicators",
    "risks",
    "contracts.documents",
    "contracts.imports",
    "contracts.obligations",
    "contracts.stages",
    "contracts.terms",
    "contracts.tiering",
    "contracts",
    "suppliers.intelligence",
    "suppliers.segmentation",
    "suppliers",
    "accounts",
    "common.intake",
    "common",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "csp",
    "django_filters",
    "simple_history",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "common.middleware.ResponseHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "accounts.context.steward",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
FORMS_URLFIELD_ASSUME_HTTPS = True  # "www.example.org" typed alone; Django 6 does this by itself
CRISPY_ALLOWED_TEMPLATE_PACKS = ["govuk"]
CRISPY_TEMPLATE_PACK = "govuk"
CRISPY_FAIL_SILENTLY = not TESTING

# --- Database -----------------------------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", "") or f"sqlite:///{VAR_DIR / 'steward.sqlite3'}"
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
DATABASES["default"] |= {"CONN_MAX_AGE": 300, "CONN_HEALTH_CHECKS": True}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # With SQLite's defaults most concurrent writes fail at once with "database is locked". IMMEDIATE
    # makes every atomic() a write transaction, which is why ATOMIC_REQUESTS must stay off.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
        ),
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    # Compiling a query just in time cost more than running it on every page that was measured. The statements
    # that are kept (see common.composed) are looked-up rows: their plan is the same whichever these are.
    DATABASES["default"]["OPTIONS"].setdefault(
        "options", "-c jit=off -c plan_cache_mode=force_generic_plan"
    )

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_DATE_INDEX = "Composite"

# --- Cache and sessions -------------------------------------------------------------------------

if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "common.cache.TolerantRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "steward-test" if TESTING else "steward",
        }
    }
elif TESTING:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
else:
    # Sign-in limits must hold across the web server's processes, which memory would not do.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR_DIR / "cache",
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    }
# What may differ between processes for some seconds: see common.lately.
CACHES["process"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "process",
}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- People -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# Addresses are unique whatever their case, by a constraint, which this check does not look at.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator adds people; nobody signs up
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
# Ten wrong passwords for one address lock it. The limit by IP is wider: a whole council often
# shares one. `accounts.adapter` says the length of the lock to the person.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "100/15m/ip,10/15m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 1 if PRODUCTION else 0)

MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Steward"

# The organisation's own directory, for example Entra ID, by OpenID Connect.
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", "")
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
if OIDC_SERVER_URL:
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "work",
                    "name": env.str("OIDC_NAME", "your work account"),
                    "client_id": env.str("OIDC_CLIENT_ID"),
                    "secret": env.str("OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": OIDC_SERVER_URL},
                }
            ]
        }
    }

# --- Security -----------------------------------------------------------------------------------

_sign_in_origins = (
    ["{0.scheme}://{0.netloc}".format(urlsplit(OIDC_SERVER_URL))] if OIDC_SERVER_URL else []
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # Browsers apply this to the redirect after the form as well, which leads to the directory.
        "form-action": [SELF, *_sign_in_origins],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True

if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from inside, without the proxy
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrf"

# --- Files people send --------------------------------------------------------------------------

UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_MB", 40) * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["common.uploads.LimitedFileUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600
# clamd, as tcp://clamav:3310 or unix:///run/clamav/clamd.ctl. Without it documents are kept unscanned.
SCANNER_URL = env.str("SCANNER_URL", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # one page takes a month of readings

# --- Static files -------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if TESTING
            else "config.static.StaticStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING  # tests run without collectstatic
MEDIA_ROOT = VAR_DIR / "media"

# --- Language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

# --- Mail ---------------------------------------------------------------------------------------

if env.str("EMAIL_URL", ""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", "Steward <steward@localhost>")

# --- Celery -------------------------------------------------------------------------------------

CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ALWAYS_EAGER = CELERY_TASK_EAGER_PROPAGATES = TESTING
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celery" / "beat")
# A trial may ring every few seconds; sending is safe to repeat.
BEAT_SECONDS = env.int("STEWARD_BEAT_SECONDS", 0)
CELERY_BEAT_SCHEDULE = {
    # Daily work, asked for hourly: a computer that was off at half past six makes it good, and the
    # rows say what was sent, so that nobody gets two e-mails a day.
    "send due reminders": {
        "task": "reminders.tasks.send_due_reminders",
        "schedule": BEAT_SECONDS or crontab(hour="6-20", minute=30),
    },
    # What falls due within the next twelve months; before the reminders, which look for it.
    "make occurrences of obligations ahead": {
        "task": "contracts.obligations.tasks.make_occurrences_ahead",
        "schedule": BEAT_SECONDS or crontab(hour="5-20", minute=10),
    },
    # By night, and some hours later for a computer that was off: the same months come to the same again.
    "work out service credits": {
        "task": "performance.credits.tasks.work_out_credits",
        "schedule": BEAT_SECONDS or crontab(hour="4,9,14,19", minute=40),
    },
    # Does nothing unless the matrix was changed and nobody could be asked to score anew at once.
    "score risks anew": {"task": "risks.tasks.score_anew", "schedule": crontab(minute=25)},
    # A reading that is logged is taken over at once; this makes good what failed then, or came in by another way.
    "read what key risk indicators follow": {
        "task": "risks.indicators.tasks.read_what_is_measured",
        "schedule": BEAT_SECONDS or crontab(hour="5-20", minute=20),
    },
    # Does nothing in an hour in which no supplier was added or changed.
    "search for suppliers recorded twice": {
        "task": "suppliers.tasks.search_for_duplicates",
        "schedule": crontab(minute=50),
        "kwargs": {"if_needed": True},
    },
    "send what is waiting in the outbox": {
        "task": "reminders.tasks.send_outbox",
        "schedule": BEAT_SECONDS or crontab(minute="*/5"),
    },
    "scan the documents that wait for it": {
        "task": "contracts.documents.tasks.scan_waiting",
        "schedule": BEAT_SECONDS or crontab(minute="*/5"),
    },
    # Hourly for the same reason; most hours there is nothing to do.
    "let versions take effect on their day": {
        "task": "contracts.documents.tasks.settle_due",
        "schedule": BEAT_SECONDS or crontab(minute=5),
    },
}
# A page must not wait for a broker that is away: the next beat does what it could not ask for.
CELERY_TASK_PUBLISH_RETRY = False
REDIS_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.2,
}
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = REDIS_TRANSPORT_OPTIONS
else:
    CELERY_BROKER_URL = "filesystem://"
    _celery_folders = {name: VAR_DIR / "celery" / name for name in ("queue", "done", "control")}
    for _folder in _celery_folders.values():
        _folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_celery_folders["queue"]),
        "data_folder_out": str(_celery_folders["queue"]),
        "processed_folder": str(_celery_folders["done"]),
        "control_folder": str(_celery_folders["control"]),
        "store_processed": False,
        "polling_interval": 0.5,
    }
(VAR_DIR / "celery").mkdir(mode=0o700, exist_ok=True)

# --- Logging ------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        # Django's own handler prints only with DEBUG; let everything reach the root once.
        "django": {"handlers": [], "propagate": True},
    },
}
