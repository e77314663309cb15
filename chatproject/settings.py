"""Settings, all from the environment; docs/settings.md lists them and a test keeps the two in step."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE

from chat.reconnects import on_connect

from .environment import database, kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
ENV_FILE = Path(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))
if ENV_FILE.is_file():
    env.read_env(ENV_FILE)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "data"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default="runserver" in sys.argv)
SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret(DATA_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", default=False)
REDIS_URL = env.str("REDIS_URL", default="")

INSTALLED_APPS = [
    "daphne",
    "chatproject.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "chat",
]

# Each of these is async-capable: a sync-only one would hold its lane for as long as a poll is held (chat.E003).
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "chat.pages.DatabaseAway",
]

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
                "chat.pages.product",
            ],
        },
    },
]

ROOT_URLCONF = "chatproject.urls"
ASGI_APPLICATION = "chatproject.asgi.application"
DATABASES = {"default": database(env, DATA_DIR)}

# PubSub costs one publish per process and resubscribes by itself; a lost wake-up is healed by the position check.
CHANNEL_LAYERS: dict[str, Any] = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
if REDIS_URL:
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [
                {
                    "address": REDIS_URL,
                    "socket_timeout": 15,
                    "socket_connect_timeout": 5,
                    "socket_keepalive": True,
                    "health_check_interval": 10,
                    "redis_connect_func": on_connect,
                }
            ],
            "prefix": env.str("REDIS_PREFIX", default="parley"),
        },
    }

AUTH_USER_MODEL = "chat.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "door"
LOGIN_REDIRECT_URL = "rooms"
LOGOUT_REDIRECT_URL = "door"

SESSION_ENGINE = "chat.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Two copies on one host share its cookies whatever their ports: each needs a session of its own.
SESSION_COOKIE_NAME = env.str("SESSION_COOKIE_NAME", default="sessionid")
CSRF_FAILURE_VIEW = "chat.pages.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = False  # the proxy redirects; health checks come in plain
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'", NONCE],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024  # bytes of one request; the longest message needs 16 KiB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "chatproject.static_files.HashedStaticFilesStorage"
    },
}

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
LOG_FORMAT = env.str("LOG_FORMAT", default="text")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "{asctime} {levelname:<7} {name}: {message}", "style": "{"},
        "json": {"()": "chatproject.environment.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "chat": {"level": LOG_LEVEL},
        "django": {"level": "INFO", "propagate": True, "handlers": []},
        "django.server": {"level": "WARNING", "propagate": True, "handlers": []},
        # Refusals are answers, not incidents: a 404 or a failed CSRF check is not worth a line each.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "CRITICAL"},
        # The hub says in one line that the layer is away; this logger would say it with a traceback every second.
        "channels_redis.pubsub": {"level": "CRITICAL"},
    },
}

CHAT_PROCESS_NAME = env.str("CHAT_PROCESS_NAME", default="")  # of this process, for those who look at connections
CHAT_NAME = env.str("CHAT_NAME", default="Parley")
CHAT_GUESTS = env.bool("CHAT_GUESTS", default=True)
CHAT_SIGN_UP = env.bool("CHAT_SIGN_UP", default=True)
CHAT_MAX_BODY = env.int("CHAT_MAX_BODY", default=4000)  # characters of one message
CHAT_PAGE = env.int("CHAT_PAGE", default=50)  # messages of one page of history
CHAT_PURGE_DAYS = env.int("CHAT_PURGE_DAYS", default=30)  # deleted messages can be restored for so long
CHAT_HEARTBEAT_S = env.float("CHAT_HEARTBEAT_S", default=25)  # under the 30 s and 60 s at which proxies cut
CHAT_POSITION_CHECK_S = env.float("CHAT_POSITION_CHECK_S", default=5)  # the longest that a lost wake-up delays
CHAT_ACCESS_CHECK_S = env.float("CHAT_ACCESS_CHECK_S", default=60)  # the same for a lost revocation
CHAT_SHORTCUT = env.bool("CHAT_SHORTCUT", default=True)  # polls of admitted pages are answered without Django
CHAT_LANES = env.int("CHAT_LANES", default=8)  # threads for requests and database work
CHAT_PAGE_LANES = env.int("CHAT_PAGE_LANES", default=4)  # threads for HTML pages and admin
CHAT_WINDOW = env.int("CHAT_WINDOW", default=256)  # changes of a room kept in memory
CHAT_UNSEEN_MESSAGES = env.int("CHAT_UNSEEN_MESSAGES", default=2000)  # per socket: 20 batches of 100, see `seen`
CHAT_UNSEEN_BYTES = env.int("CHAT_UNSEEN_BYTES", default=1024 * 1024)  # unacknowledged bytes per socket
CHAT_SEEN_TIMEOUT_S = env.float("CHAT_SEEN_TIMEOUT_S", default=15)  # then a silent socket is closed as slow
CHAT_DRAIN_SPREAD_MS = env.int("CHAT_DRAIN_SPREAD_MS", default=3000)  # readers of a restarting process come back
CHAT_DRAIN_GRACE_S = env.float("CHAT_DRAIN_GRACE_S", default=10)  # the longest that a stop waits for readers to go
CHAT_READERS = env.int("CHAT_READERS", default=20_000)  # held polls and sockets of a process
CHAT_READERS_PER_PERSON = env.int("CHAT_READERS_PER_PERSON", default=50)  # a browser has a handful, a bot a few more
CHAT_READERS_PER_ADDRESS = env.int("CHAT_READERS_PER_ADDRESS", default=1000)  # an office shares one
CHAT_SEND_RATE = env.str("CHAT_SEND_RATE", default="20/10s")  # messages, edits and deletions per person
CHAT_REPORT_RATE = env.str("CHAT_REPORT_RATE", default="10/600s")  # reports of messages per person
CHAT_ENTRY_RATE = env.str("CHAT_ENTRY_RATE", default="10/60s")  # log-ins, sign-ups and guest entries per address
CHAT_TEST_RATE = env.str("CHAT_TEST_RATE", default="150/600s")  # probes of the connection test per address
CHAT_BURST_RATE = env.str("CHAT_BURST_RATE", default="80/600s")  # bursts of 200 messages in the lab, per person
CHAT_CLIENT_ADDRESS_HEADER = env.str("CHAT_CLIENT_ADDRESS_HEADER", default="")  # set by your proxy, e.g. X-Real-IP
