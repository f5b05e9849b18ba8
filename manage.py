#!/usr/bin/env python
"""Django's command line, with settings that let the demo run without any set-up."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
    if sys.argv[1:2] == ["demo"]:
        os.environ.setdefault("HTTPS", "off")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
