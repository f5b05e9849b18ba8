"""The picture that a messenger or a social network shows beside a link: the claim, its verdict and how sure we are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw, ImageFont

from claims.models import Publication
from claims.record.headline import answer
from claims.templating import confidence_words, verdict_family, verdict_words
from claims.vocabulary import VerdictFamily

WIDTH, HEIGHT = 1200, 630  # pixels, as Open Graph's readers like them
MARGIN = 80
LINES = 5  # of a statement
LONGEST = 600  # characters of it that are looked at
SIZES = (64, 56, 48, 42)  # of its letters, in pixels: the largest that it fits with
FONTS = Path(__file__).resolve().parent.parent / "fonts"
PAPER, INK, SOFT, SITE = "#fbfaf7", "#1c2226", "#566067", "#1d4f5c"
COLOURS = {  # those of palette.css, in daylight
    VerdictFamily.HOLDS: "#1d6b3c",
    VerdictFamily.PARTLY: "#815300",
    VerdictFamily.FAILS: "#a3262a",
    VerdictFamily.OPEN: "#54467f",
}


@dataclass(frozen=True)
class Words:
    """What stands in a picture; what is empty is left out."""

    answer: str
    sure: str
    statement: str
    foot: str
    colour: str


@require_safe
def of_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The picture of what stands on a claim; that of an older version leads on to it."""
    publication = get_object_or_404(Publication.shown.at(slug, number))
    if publication.leads_nowhere:
        raise Http404
    if not publication.is_current:
        newest = get_object_or_404(Publication.shown.current().of_claims(publication.claim_id))
        return redirect("public:picture", newest.slug, newest.number)
    confidence = publication.confidence
    sure = ""
    if confidence is not None and not publication.is_ending:
        sure = f"{_('Confidence:')} {confidence_words(confidence, publication.confidence_scale)}, {confidence}/100"
    family = verdict_family("" if publication.is_ending else publication.verdict) or VerdictFamily.OPEN
    colour = COLOURS[VerdictFamily(family)]
    said = answer(publication.record)
    if not is_drawable(said):  # another organisation's own words: ours for them
        said = verdict_words(publication.verdict)
    return _png(Words(said, sure, publication.statement[:LONGEST], settings.SITE_NAME, colour))


@require_safe
def of_site(request: HttpRequest) -> HttpResponse:
    """The picture of every page that is not about one claim."""
    words = _("Claims, what we concluded about them, how sure we are, and the evidence.")
    return _png(Words("", "", words, settings.SITE_NAME, SITE))


def _png(words: Words) -> HttpResponse:
    return HttpResponse(drawn(words), content_type="image/png")


@lru_cache(maxsize=64)
def drawn(words: Words) -> bytes:
    """Return the picture as PNG. A statement in letters that our fonts lack is left out: the verdict says enough.

    Without a verdict that can be drawn no claim is: nobody should see it bare.
    """
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 24, HEIGHT), fill=words.colour)
    top = MARGIN - 10
    if words.answer and is_drawable(words.answer):
        said = _shortened(words.answer, 60, WIDTH - 2 * MARGIN - 60)
        draw.rounded_rectangle((MARGIN, top, MARGIN + _width(said, 60) + 60, top + 96), 10, fill=words.colour)
        _write(draw, (MARGIN + 30, top + 70), said, 60, "#ffffff")
        if words.sure and is_drawable(words.sure):
            _write(draw, (MARGIN, top + 150), words.sure, 34, SOFT)
        top += 170
    if is_drawable(words.answer) and is_drawable(words.statement):
        size, lines = _fitted(words.statement, HEIGHT - top - 130)
        for line in lines:
            top += round(size * 1.3)
            _write(draw, (MARGIN, top), line, size, INK)
    foot = words.foot if is_drawable(words.foot) else ""
    y = HEIGHT - 52
    draw.rounded_rectangle((MARGIN, y - 32, MARGIN + 40, y + 8), 9, fill=SITE)
    check = [(MARGIN + 11, y - 11), (MARGIN + 18, y - 4), (MARGIN + 30, y - 19)]
    draw.line(check, fill="#ffffff", width=5, joint="curve")
    _write(draw, (MARGIN + 56, y), _shortened(foot, 34, WIDTH - 2 * MARGIN - 56), 34, SOFT)
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def is_drawable(text: str) -> bool:
    """Whether our fonts have every letter of a text."""
    return all(_font_of(letter) for letter in text)


def _font_of(letter: str) -> str:
    """Return the font that has a letter, or "" for none."""
    code = ord(letter)
    if code in _LATIN:
        return "latin"
    return "hangul" if code in _HANGUL else ""


def _codes(*ranges: tuple[int, int]) -> frozenset[int]:
    return frozenset(code for first, last in ranges for code in range(first, last + 1))


#: What latin.ttf has.
_LATIN = _codes(
    (0x20, 0x7E), (0xA0, 0x24F), (0x370, 0x377), (0x37A, 0x37F), (0x384, 0x38A), (0x38C, 0x38C), (0x38E, 0x3A1),
    (0x3A3, 0x3E1), (0x3F0, 0x52F), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x202F, 0x2040),
    *((code, code) for code in (0x20AC, 0x2116, 0x2122, 0x2212)),
)  # fmt: skip
#: KS X 1001 as EUC-KR encodes it: the syllables that modern Korean is written with.
_HANGUL = frozenset(
    ord(bytes((row, cell)).decode("euc_kr")) for row in range(0xB0, 0xC9) for cell in range(0xA1, 0xFF)
) | _codes((0x3131, 0x318E), (0x3000, 0x3003), (0x3008, 0x3011))


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"{name}.ttf", size)


def _runs(text: str) -> list[tuple[str, str]]:
    return [(name, "".join(letters)) for name, letters in groupby(text, key=_font_of)]


def _width(text: str, size: int) -> float:
    return sum(_font(name, size).getlength(run) for name, run in _runs(text))


def _write(draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, size: int, colour: str) -> None:
    """Draw a text on a base line that begins at a place."""
    x, y = place
    for name, run in _runs(text):
        draw.text((x, y), run, fill=colour, font=_font(name, size), anchor="ls")
        x += _font(name, size).getlength(run)


def _fitted(text: str, height: float) -> tuple[int, list[str]]:
    """Return the size and lines of a text in the largest letters that it fits with; the smallest are cut short."""
    for size in SIZES:
        most = min(LINES, int(height // (size * 1.3)))
        lines = _wrapped(text, size, WIDTH - 2 * MARGIN)
        if len(lines) <= most:
            return size, lines
    rest = " ".join(lines[most - 1 :])
    return size, [*lines[: most - 1], _shortened(rest, size, WIDTH - 2 * MARGIN)]


def _wrapped(text: str, size: int, width: float) -> list[str]:
    """Return a text in lines; a word wider than a line is cut."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _width(longer, size) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if _width(lines[-1] + letter, size) > width:
                lines.append("")
            lines[-1] += letter
    return lines


def _shortened(text: str, size: int, width: float) -> str:
    """Return a text, or as much of it as a width holds, with what says that it goes on."""
    if _width(text, size) <= width:
        return text
    while text and _width(f"{text}…", size) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
