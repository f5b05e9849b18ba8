"""Anchors in plain text: W3C Web Annotation quote and position selectors (2017-02-23), pure.

Positions are 0-based, end-exclusive and count Unicode code points of the *normalised* text.
The quote decides; the position is only a hint.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

#: Signs that stand for each other when a text is copied from one place to another.
_ALIKE = ("'‘’‚‛′`´", '"“”„‟«»″', "-‐‑‒–—―−")
_LIGATURES = {"fi": "ﬁ", "fl": "ﬂ", "ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ"}
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_UNSEEN = dict.fromkeys(map(ord, _INVISIBLE))

CONTEXT_CHARACTERS = 32  # length of the prefix and the suffix kept beside a quote

REACH = 3  # how many times its own length a changed quote may have grown between its surroundings
LONGEST_REWORDED = 3_000  # characters: a longer quote is found word for word or between its surroundings
LIKENESS = 75  # percent; a passage less like the quote is another passage


class QuoteNotFoundError(ValueError):
    """The quote does not stand in the text."""


@dataclass(frozen=True)
class Selector:
    """TextQuoteSelector (exact, prefix, suffix) with a TextPositionSelector (start, end)."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


@dataclass(frozen=True)
class Segment:
    """A run of text under the same set of marks (none, one, or several that overlap)."""

    text: str
    marks: tuple[int, ...]


def normalise(text: str) -> str:
    """Return the text in NFC with LF line ends, no trailing blanks, no outer blank lines.

    A blank line separates paragraphs; more than one is the same as one.
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def sha256(text: str) -> str:
    """Return the hexadecimal SHA-256 of the normalised text in UTF-8."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()


def select(text: str, start: int, end: int) -> Selector:
    """Return the selector of `text[start:end]`; raises QuoteNotFoundError when that is no run of text."""
    if not 0 <= start < end <= len(text):
        raise QuoteNotFoundError(f"Characters {start} to {end} are not in a text of {len(text)}.")
    return Selector(
        exact=text[start:end],
        prefix=text[max(0, start - CONTEXT_CHARACTERS) : start],
        suffix=text[end : end + CONTEXT_CHARACTERS],
        start=start,
        end=end,
    )


def locate(text: str, exact: str, *, prefix: str = "", suffix: str = "", start: int | None = None) -> Selector:
    """Return where the quote stands in the text.

    Of several places the one whose surroundings agree most with prefix and suffix is taken, then
    the one nearest to `start`, then the first. Raises QuoteNotFoundError when there is none.
    """
    exact = unicodedata.normalize("NFC", exact).replace("\r\n", "\n")
    places = occurrences(text, exact)
    if not places and (loose := _written_otherwise(text, exact)):
        return loose
    if not places:
        raise QuoteNotFoundError(_("The quote does not stand in the article's text, letter by letter."))

    def agreement(place: int) -> tuple[int, int]:
        end = place + len(exact)
        before = _shared_length(text[max(0, place - len(prefix)) : place][::-1], prefix[::-1])
        after = _shared_length(text[end : end + len(suffix)], suffix)
        return before + after, -abs(place - start) if start is not None else -place

    best = max(places, key=agreement)
    return select(text, best, best + len(exact))


def occurrences(text: str, quote: str) -> list[int]:
    """Return every place at which the quote stands, overlapping ones too; none for an empty quote."""
    found: list[int] = []
    place = text.find(quote) if quote else -1
    while place >= 0:
        found.append(place)
        place = text.find(quote, place + 1)
    return found


def reanchor(text: str, known: Selector) -> Selector | None:
    """Return where an anchored quote stands in a newer version of its text, or None when it is gone.

    First word for word; then by what stands between its prefix and suffix; then by the passage
    most like it. Only in the first case is `exact` the same as before.
    """
    try:
        return locate(text, known.exact, prefix=known.prefix, suffix=known.suffix, start=known.start)
    except QuoteNotFoundError:
        return _between_surroundings(text, known) or _most_like(text, known)


def paragraphs(text: str) -> list[tuple[int, str]]:
    """Return (start, paragraph) of each paragraph of a normalised text, in order."""
    found, start = [], 0
    for paragraph in text.split("\n\n"):
        found.append((start, paragraph))
        start += len(paragraph) + 2
    return found if text else []


def paragraph_number(text: str, position: int) -> int:
    """Return the 1-based number of the paragraph that a position falls in."""
    return text.count("\n\n", 0, position) + 1


def segments(text: str, spans: Sequence[tuple[int, int]], *, offset: int = 0) -> Iterator[Segment]:
    """Cut the text at every border of the spans; each segment names the spans (by index) over it.

    Spans count from `offset` characters before the text and may overlap, nest or lie outside it.
    """
    inside = [(max(0, start - offset), min(len(text), end - offset)) for start, end in spans]
    inside = [(start, end) if start < end else (0, 0) for start, end in inside]
    borders = sorted({0, len(text)}.union(*inside) if inside else {0, len(text)})
    for low, high in itertools.pairwise(borders):
        marks = tuple(index for index, (start, end) in enumerate(inside) if start <= low and high <= end)
        yield Segment(text[low:high], marks)


def _written_otherwise(text: str, quote: str) -> Selector | None:
    """Find a quote whose blanks, quotation marks, dashes, dots or ligatures are not the text’s, as when pasted."""
    quote = unicodedata.normalize("NFKC", quote).translate(_UNSEEN)
    unseen = f"[{_INVISIBLE}]*" if any(sign in text for sign in _INVISIBLE) else ""
    words = [unseen.join(map(_ways_to_write, re.findall(r"\.\.\.|ff[il]?|f[il]|.", word))) for word in quote.split()]
    found = re.search(r"\s+".join(words), text) if words else None
    return select(text, found.start(), found.end()) if found else None


def _ways_to_write(sign: str) -> str:
    """Return a pattern for a sign, three dots, or letters that are set as one."""
    if sign == "...":
        return r"(?:\.\.\.|…)"
    if len(sign) > 1:
        return f"(?:{sign}|{_LIGATURES.get(sign, sign)})"
    alike = next((group for group in _ALIKE if sign in group), "")
    return f"[{re.escape(alike)}]" if alike else re.escape(sign)


def _between_surroundings(text: str, known: Selector) -> Selector | None:
    """Return what stands now between the quote's prefix and suffix, the nearest to its old place."""
    if not known.prefix.strip() or not known.suffix.strip():
        return None
    found = []
    longest = REACH * len(known.exact) + CONTEXT_CHARACTERS
    for place in occurrences(text, known.prefix):
        start = place + len(known.prefix)
        end = text.find(known.suffix, start, start + longest + len(known.suffix))
        if end > start and text[start:end].strip():
            found.append((start, end))
    if not found:
        return None
    return select(text, *min(found, key=lambda span: abs(span[0] - known.start)))


def _most_like(text: str, known: Selector) -> Selector | None:
    """Return the passage most like the quote, if it is like enough to be the same one reworded."""
    if len(known.exact) > LONGEST_REWORDED:
        return None
    starts, passages = _passages(text)
    best = process.extractOne(known.exact, passages, scorer=fuzz.partial_ratio, score_cutoff=LIKENESS)
    if best is None:
        return None
    paragraph, _, index = best
    start = starts[index]
    found = fuzz.partial_ratio_alignment(known.exact, paragraph, score_cutoff=LIKENESS)
    if found is None or len(paragraph) < len(known.exact) / 2:
        return None
    low, high = _whole_words(text, start + found.dest_start, start + found.dest_end)
    return select(text, low, high)


@lru_cache(maxsize=1)  # one text is searched for all the quotes of an article
def _passages(text: str) -> tuple[list[int], list[str]]:
    found = paragraphs(text)
    return [start for start, _ in found], [paragraph for _, paragraph in found]


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to the words it cuts, and drop the blanks around it."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    passage = text[start:end]
    return start + len(passage) - len(passage.lstrip()), end - len(passage) + len(passage.rstrip())


def _shared_length(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length
