"""Django's SQLite, with a file that only its owner reads, and system checks that need no turn at writing."""

from __future__ import annotations

import os
from typing import Any

from django.db.backends.sqlite3 import base, features


class DatabaseFeatures(features.DatabaseFeatures):
    # Django asks by a transaction, and ours take the write lock: while an import has it, every command would fail.
    supports_json_field = True


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        name = str(conn_params["database"])
        if not (name == ":memory:" or name.startswith("file:") or os.path.exists(name)):  # noqa: PTH110 — a string
            os.close(os.open(name, os.O_CREAT | os.O_WRONLY, 0o600))
        return super().get_new_connection(conn_params)
