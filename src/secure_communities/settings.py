# SPDX-License-Identifier: Apache-2.0
"""Django settings: the composition root. Everything an operator may set comes from the environment."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from secure_communities.platform.accounts.agency_sign_in import agency_sign_in
from secure_communities.platform.jobs.queues import HEARTBEAT_SECONDS

ROOT = Path(__file__).resolve().parents[2]
TESTING = "pytest" in sys.modules
SEARCH = os.environ.get("SECURE_COMMUNITIES_SEARCH", "local")  # or "ray", "ray:ADDRESS" of a cluster
VAR = Path(os.environ.get("SECURE_COMMUNITIES_VAR", ROOT / "var" / ("test" if TESTING else ""))).resolve()


def secret(name: str) -> str:
    """A random secret kept in var/secrets (mode 0600), unless the environment gives one."""
    from secure_communities.platform.secrets import read_or_create

    return os.environ.get(name) or read_or_create(VAR / "secrets" / name.lower())


def database(url: str) -> dict[str, object]:
    """Turn a libpq URL into Django's dictionary. A socket folder comes as ?host=/path."""
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") or "secure_communities",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", "") or parts.hostname or ""),
        "PORT": str(parts.port or query.get("port", "") or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"connect_timeout": 10},
    }


SECRET_KEY = secret("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]

# The application connects as a role that owns nothing; only migrations and tests connect as the owner.
AS_OWNER = os.environ.get("SECURE_COMMUNITIES_ROLE") == "owner" or TESTING
DATABASES = {
    "default": database(
        (os.environ.get("DATABASE_OWNER_URL") if AS_OWNER else None)
        or os.environ.get("DATABASE_URL", "postgresql:///secure_communities")
    )
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "secure_communities.platform.keys",
    "secure_communities.platform.accounts",
    "secure_communities.platform.agencies",
    "secure_communities.platform.events",
    "secure_communities.platform.jobs",
    "secure_communities.platform.worklists",
    "secure_communities.platform.delivery",
    "secure_communities.platform.ui",
    "secure_communities.identify.galleries",
    "secure_communities.identify.records",
    "secure_communities.identify.intake",
    "secure_communities.identify.people",
    "secure_communities.identify.examination",
    "secure_communities.identify.citizenship",
    "secure_communities.identify.research",
    "secure_communities.identify.referrals",
    "secure_communities.identify.responses",
    "secure_communities.identify.emergency",
    "secure_communities.identify.evidence",
    "secure_communities.identify.sources",
    "secure_communities.prioritize.rulesets",
    "secure_communities.prioritize.facts",
    "secure_communities.prioritize.assessments",
    "secure_communities.prioritize.overrides",
    "secure_communities.prioritize.deployment",
    "secure_communities.prioritize.reviews",
    "secure_communities.prioritize.rollout",
    "secure_communities.prioritize.queues",
    "secure_communities.oversight",
    "secure_communities.oversight.transparency",
    "secure_communities.web",  # before django-allauth: its pages are ours
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "secure_communities.platform.ui.security_headers.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "secure_communities.web.sessions.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "secure_communities.web.guard.DoorGuard",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "secure_communities.urls"
ASGI_APPLICATION = "secure_communities.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: it refuses who is locked out
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 12}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "display_name")}),
        ("CommonPasswordValidator", {}),
    )
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests only: argon2 is slow on purpose
    if TESTING
    else ["django.contrib.auth.hashers.Argon2PasswordHasher"]
)
LOGIN_URL = "web:sign-in"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "web:sign-in"

# How long after a booking every notice of no match waits, so that a missing one tells nothing (ADR 22).
NO_MATCH_NOTICE_MINUTES = int(os.environ.get("NO_MATCH_NOTICE_MINUTES", "0" if TESTING else "60"))

# Delivery. Addresses of agencies are public https addresses, unless the operator allows others for a demonstration.
DELIVERY_ALLOW_PRIVATE = os.environ.get("DELIVERY_ALLOW_PRIVATE") == "1"
DELIVERY_SMTP = os.environ.get("DELIVERY_SMTP", "")  # host:port of the operator's mail relay
DELIVERY_SMTP_FROM = os.environ.get("DELIVERY_SMTP_FROM", "responses@secure-communities.example")
DELIVERY_SMTP_USER = os.environ.get("DELIVERY_SMTP_USER", "")
DELIVERY_SMTP_PASSWORD = os.environ.get("DELIVERY_SMTP_PASSWORD", "")

# Second factors, and agencies' own sign-in services (django-allauth). Nobody signs up; see platform/accounts/adapters.
ACCOUNT_ADAPTER = "secure_communities.platform.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # django-axes counts, in the database, for both factors
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
MFA_ADAPTER = "secure_communities.platform.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "secure_communities.web.forms.account.CodeForm",
    "reauthenticate": "secure_communities.web.forms.account.CodeAgainForm",
    "activate_totp": "secure_communities.web.forms.account.SetUpAppForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = os.environ.get("HTTPS") != "1"  # http://localhost is a secure context to browsers
SOCIALACCOUNT_ADAPTER = "secure_communities.platform.accounts.adapters.AgencySignInAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": agency_sign_in(os.environ)}}

# Five wrong answers for one name from one address lock that pair for a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the lock ends when its page says
AXES_LOCKOUT_CALLABLE = "secure_communities.web.views.account.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # our own event log has it
AXES_ENABLE_ADMIN = False
# Kept out of its log and its table, as passwords are.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "credential", "csrfmiddlewaretoken"]
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 8 * 3600  # at most; platform/accounts/sessions ends one that is not used much sooner
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Behind TLS (production) the cookies are marked Secure; the demo on http://localhost cannot.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("HTTPS") == "1"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 65 * 1024 * 1024  # a transaction file is at most 64 MB

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = TESTING  # tests collect nothing
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_WORKER_DEFAULTS = {"update_heartbeat_interval": HEARTBEAT_SECONDS}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname:7} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {"procrastinate": {"level": "WARNING"}, "axes": {"level": "WARNING"}, "httpx": {"level": "WARNING"}},
}
