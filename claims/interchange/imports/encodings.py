"""In which encoding a text is: told by all of it, with the letters of languages as evidence. Pure.

UTF-8 is what decodes as UTF-8 from the first byte to the last. Of the others charset-normalizer names the script;
which of the code pages of Latin letters it is, is told by the words themselves: the right one gives the letters of
one language.
"""

from __future__ import annotations

import codecs
from functools import partial
from typing import IO

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from claims.interchange.imports.files import UnreadableError

MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
CHUNK = 1 << 20  # bytes read at a time
SAMPLE = 64 * 1024  # bytes of lines with other letters than English ones that are looked at
#: Code pages of Latin letters, the commoner ones first.
LATIN = ("cp1252", "cp1250", "cp1254", "cp1257", "iso8859_2", "iso8859_9", "iso8859_15", "mac_roman", "mac_latin2",
         "mac_turkish", "cp850", "cp852", "cp437")  # fmt: skip
#: The letters that languages have beyond the English ones.
LETTERS = {
    "es": "áéíóúüñ¿¡ªº", "pt": "áâãàçéêíóôõúüªº", "fr": "àâæçéèêëîïôœùûüÿ", "de": "äöüß", "it": "àèéìíîòóùú",
    "pl": "ąćęłńóśźż", "cs": "áčďéěíňóřšťúůýž", "sk": "áäčďéíĺľňóôŕšťúýž", "hu": "áéíóöőúüű", "ro": "ăâîșțşţ",
    "tr": "çğıİöşüâîû", "hr": "čćđšž", "sv": "åäöé", "da": "åæøé", "is": "áðéíóúýþæö", "et": "äõöüšž",
    "lv": "āčēģīķļņšūž", "lt": "ąčęėįšųūž", "nl": "éëïóöüèê", "ca": "àçéèíïóòúü·", "sq": "çë", "fi": "äöå",
}  # fmt: skip
_SIGNS = frozenset("“”„‘’‚«»‹›–—…€°©®™§½¼¾²³×·•\u00a0\u00ad")


def of(file: IO[bytes]) -> str:
    """Return the encoding of a file, all of which is read; raises UnreadableError."""
    head = file.read(4)
    for mark, encoding in MARKS.items():
        if head.startswith(mark):
            return encoding
    if wide := _wide(head + file.read(4096)):
        return wide
    file.seek(0)
    decoder, is_utf8, telling = codecs.getincrementaldecoder("utf-8")(), True, bytearray()
    for chunk in iter(partial(file.read, CHUNK), b""):
        if b"\0" in chunk:
            raise UnreadableError(_("This is no text: it holds zero bytes. Save it as UTF-8."))
        is_utf8 = is_utf8 and _decodes(decoder, chunk)
        if len(telling) < SAMPLE and not chunk.isascii():
            telling += b"\n".join(line[:4096] for line in chunk.split(b"\n") if not line.isascii())[:SAMPLE]
    return "utf-8" if is_utf8 and _decodes(decoder, b"", is_final=True) else named(bytes(telling))


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, is_final: bool = False) -> bool:
    try:
        decoder.decode(chunk, is_final)
    except UnicodeDecodeError:
        return False
    return True


def named(sample: bytes) -> str:
    """Return the encoding of lines that are no UTF-8; raises UnreadableError."""
    best = from_bytes(sample).best()
    if best is not None and not _is_latin(str(best)):
        return best.encoding
    found = max(LATIN, key=lambda encoding: (_likeness(sample, encoding), -LATIN.index(encoding)))
    if _likeness(sample, found) > 0:
        return found
    if best is None:
        raise UnreadableError(_("The encoding cannot be told. Save the file as UTF-8, or name it."))
    return best.encoding


def _wide(sample: bytes) -> str:
    """Return UTF-16 without a mark, which has a zero byte beside each common letter; "" for anything else."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(sample) < 8 or max(even, odd) <= len(sample) / 8 or min(even, odd) > max(even, odd) / 8:
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _is_latin(text: str) -> bool:
    """Whether most letters that are not English are Latin ones."""
    others = [sign for sign in text if sign.isalpha() and not sign.isascii()]
    return sum(sign < "\u0250" for sign in others) * 2 >= len(others)


def _likeness(sample: bytes, encoding: str) -> float:
    """Return how well a sample reads in an encoding: how many signs are of the language it fits best, less the rest."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return -1.0
    odd = [sign for sign in text if not sign.isascii()]
    letters = [sign.lower() for sign in odd if sign not in _SIGNS]
    signs = len(odd) - len(letters)
    known = (sum(letter in alphabet for letter in letters) for alphabet in LETTERS.values())
    return max(2 * right - len(letters) for right in known) + signs / 10
