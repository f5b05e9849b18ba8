"""The language of a text, by its letters, then by its commonest words. Pure."""

from __future__ import annotations

import re

#: What letters tell a language, the more telling first.
_SCRIPTS = (
    (re.compile(r"[\u3040-\u30ff]"), "ja", 0.05),
    (re.compile(r"[\uac00-\ud7a3]"), "ko", 0.2),
    (re.compile(r"[\u4e00-\u9fff]"), "zh", 0.2),
    (re.compile(r"[\u0e00-\u0e7f]"), "th", 0.2),
    (re.compile(r"[іїєґІЇЄҐ]"), "uk", 0.02),
    (re.compile(r"[\u0400-\u04ff]"), "ru", 0.4),
    (re.compile(r"[\u0600-\u06ff]"), "ar", 0.4),
    (re.compile(r"[A-Za-z\u00c0-\u024f]"), "", 0.5),
)
#: Words that stand in almost every text of a language and in few of another.
_COMMON = {
    "en": "the of and to in is that was for on are with as it be by this have from were has not at an been did said",
    "es": "el los las de la que y en un una por con para se no del su al es más como lo fue según han entre sin",
    "de": "der die das und ist nicht ein eine den dem des mit von zu auf für im sich wird wurde sind hat auch als bei",
    "fr": "le les des et est une du dans que qui pour pas sur au par sont plus avec ce cette aux ont été selon",
    "it": "il che di della dei e è un una per non con sono nel alla gli del si più anche dal stato hanno",
    "pt": "o os das dos que e é em um uma para com não na no por mais foi ao são como segundo têm à",
    "nl": "de het een en van is dat niet op te in zijn met voor er aan ook door werd wordt naar bij heeft",
    "pl": "i w na nie że się z do jest to przez o po oraz za jak dla od są był która który zostały",
    "tr": "ve bir bu için ile da de olarak olan daha çok en kadar gibi sonra değil ise göre etti edildi",
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_READ = 2_000  # characters


def language_of(text: str) -> str:
    """Return the code of the language of a text, "" where its letters tell none that we know.

    Latin letters without two common words of another language are taken for English.
    """
    letters = [sign for sign in text[:_READ] if sign.isalpha()]
    if not letters:
        return "en"
    joined = "".join(letters)
    for script, language, least in _SCRIPTS:
        if len(script.findall(joined)) >= least * len(letters):
            return language or _latin(text[:_READ])
    return ""


def _latin(text: str) -> str:
    words = re.findall(r"[^\W\d_]+", text.casefold())
    counted = {language: sum(word in common for word in words) for language, common in _WORDS.items()}
    best = max(counted, key=lambda language: counted[language])
    return best if counted[best] > max(counted["en"], 1) else "en"
