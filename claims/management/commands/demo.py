from __future__ import annotations

import errno
import secrets
import socket
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from claims import matching
from claims.models import Publication
from claims.roles import ROLES

FIXTURE = Path(settings.BASE_DIR) / "fixtures" / "dprk_russia_partnership.json"
LICENCE = ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/")  # of the demo's texts and data


def refuse_taken(address: str) -> None:
    """Raise CommandError where something else is served at an address already."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_server((host or "127.0.0.1", int(port))).close()
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            words = f"Something else is served at {address}: name another port, as in “manage.py demo 127.0.0.1:8001”."
            raise CommandError(words) from error


class Command(BaseCommand):
    help = "Set up the database, load the demo data, print a sign-in for each role, and serve."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", nargs="?", default="127.0.0.1:8000", help="where to serve (default %(default)s)")
        parser.add_argument("--new-passwords", action="store_true", help="give the accounts new passwords")
        parser.add_argument("--no-serve", action="store_true", help="set up only")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.HTTPS:
            raise CommandError("The demo serves plain HTTP: unset HTTPS and DEBUG, or set HTTPS=off.")
        if not options["no_serve"]:
            refuse_taken(options["address"])
        call_command("migrate", verbosity=0)
        if Publication.objects.exists():
            self.stdout.write("The database has publications already: the demo data is not loaded again.")
        else:
            call_command("import", str(FIXTURE))
        if matching.embeddings.models():
            call_command("reindex", vectors=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        self._sign_ins(is_renewing=options["new_passwords"])
        if not settings.LICENCE_NAME:
            settings.LICENCE_NAME, settings.LICENCE_URL = LICENCE
        host = f"http://{options['address'].replace('0.0.0.0', 'localhost')}"  # noqa: S104
        self.stdout.write(f"\nReaders' pages  {host}/\nThe desk         {host}/admin/\n")
        if not options["no_serve"]:
            call_command("runserver", options["address"], use_reloader=False)

    def _sign_ins(self, *, is_renewing: bool) -> None:
        """Give each demo account its role and, once, a random password."""
        for role in ROLES:
            user, _ = User.objects.get_or_create(username=role, defaults={"password": "!"})
            if user.has_usable_password() and not is_renewing:
                self.stdout.write(f"{role}: password printed at the first run; --new-passwords makes new ones")
                continue
            password = secrets.token_urlsafe(12)
            user.set_password(password)
            user.is_active = user.is_staff = True
            user.save()
            user.groups.add(Group.objects.get(name=role))
            self.stdout.write(f"{role}: sign in as “{role}” with password  {password}")
