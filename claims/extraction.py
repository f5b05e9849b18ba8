"""How Babel finds the messages of the desk's templates: as the calls that Django makes of their tags."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize


def django_template(source: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[tuple[Any, ...]]:
    calls = templatize(source.read().decode())
    in_brackets = BytesIO(f"({calls})".encode())  # where Python minds no indentation
    return extract_python(in_brackets, keywords, comment_tags, options)
