"""A second factor for people in tests: an authenticator app whose codes the test works out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache

from organisations.models import User

SECRET = base64.b32encode(b"twenty letters of it").decode()


def give_app(person: User, secret: str = SECRET) -> Authenticator:
    """Sets up an authenticator app, with backup codes beside it as the pages do."""
    authenticator = TOTP.activate(person, secret).instance
    RecoveryCodes.activate(person)
    return authenticator


def code(secret: str = SECRET) -> str:
    """What the app shows now, worked out from the standard (RFC 6238); it may have been used before."""
    # Each code works once; the tests sign in more often than every half a minute.
    cache.clear()
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    value = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{value % 1_000_000:06}"
