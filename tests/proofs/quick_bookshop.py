"""The settings of the sample site, with passwords that are checked quickly: the tour logs in again and again."""

from __future__ import annotations

from bookshop.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
