"""What the desk's templates show as readers' pages do."""

from typing import Any

from django import template
from django.template import engines

from claims.templating import date_with_precision, verdict_badge

register = template.Library()
register.filter(date_with_precision)
register.filter(verdict_badge)


@register.simple_tag
def independence_note(independence: Any) -> str:
    """Return what readers are told of how many origins a verdict rests on."""
    readers: Any = engines["jinja2"]
    note: str = readers.env.get_template("claims/_parts.html").module.independence_note(independence)
    return note
