"""The templates as source text, and what the readers' engine refuses."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import jinja2
import pytest
from django.conf import settings
from django.template import engines
from django.utils import translation

CLAIMS = Path(settings.BASE_DIR) / "claims"
DESK = sorted((CLAIMS / "templates").rglob("*.html"))
READERS = sorted(path for path in (CLAIMS / "jinja2").rglob("*") if path.is_file())


@pytest.mark.parametrize(("paths", "most"), [(READERS, 120), (DESK, 160)])
def test_no_line_is_longer_than_one_reads(paths, most):
    assert len(paths) > 10
    lines = [
        (path.name, number) for path in paths for number, line in enumerate(path.open(), 1) if len(line) > most + 1
    ]
    assert lines == []


def test_messages_are_marked_in_one_way():
    """One form is easy to find and to extract: a call of _, ngettext or pgettext."""
    for path in READERS:
        assert not re.search(r"{%-?\s*(trans|pluralize)\b|\bgettext\(", path.read_text()), path.name


@pytest.fixture(scope="module")
def readers():
    return engines["jinja2"].env


@pytest.mark.parametrize("value", [date(2024, 5, 1), datetime(2024, 5, 1, tzinfo=UTC), 0.5, Decimal("0.5")])
def test_a_date_or_a_fraction_that_no_filter_wrote_is_refused(readers, value):
    with pytest.raises(TypeError, match="date or number"):
        readers.from_string("{{ value }}").render(value=value)


def test_dates_and_numbers_are_written_as_the_language_writes_them(readers):
    shown = readers.from_string("{{ day|date_with_precision }}; {{ at|date }}; {{ many|number }}; {{ half|number(1) }}")
    given = {"day": date(2024, 5, 1), "at": datetime(2024, 5, 1, tzinfo=UTC), "many": 1234, "half": 0.5}
    expected = {"en-gb": "1 May 2024; 1 May 2024; 1,234; 0.5", "ru": "1 мая 2024 г.; 1 мая 2024 г.; 1\xa0234; 0,5"}
    for language, words in expected.items():
        with translation.override(language):
            assert shown.render(given) == words


def test_a_name_that_nobody_gave_is_an_error_and_text_is_escaped(readers):
    with pytest.raises(jinja2.UndefinedError):
        readers.from_string("{{ nobody }}").render()
    escaped = readers.from_string("{{ _('<b>%(name)s</b>', name=name) }}{{ name }}").render(name="<i>")
    assert escaped == "<b>&lt;i&gt;</b>&lt;i&gt;"
