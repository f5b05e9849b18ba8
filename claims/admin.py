"""Where Django looks for the admin: the desk registers itself (claims/desk/)."""

from claims.desk import registered  # noqa: F401
