"""A database without transactions, as far as it says."""

from django.db.backends.sqlite3 import base


class DatabaseFeatures(base.DatabaseFeatures):
    supports_transactions = False


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
