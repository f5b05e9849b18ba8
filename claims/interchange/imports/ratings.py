"""Other organisations' rating words on our scale. What is not in the tables stays words without a verdict. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from claims.vocabulary import Verdict

#: Words in use by fact-checkers; editors add to them on the desk ("Rating words").
WORDS: dict[Verdict, tuple[str, ...]] = {
    Verdict.TRUE: (
        "true", "correct", "accurate", "verified", "confirmed", "correct attribution", "geppetto checkmark",
        "verdadero", "cierto", "verdadeiro", "fato", "vrai", "wahr", "richtig", "vero", "prawda", "adevărat", "waar",
        "правда", "верно", "правдиво", "doğru", "benar", "사실", "صحيح", "حقيقي", "सत्य", "सच", "true 真实", "屬實", "属实",
    ),
    Verdict.MOSTLY_TRUE: (
        "mostly true", "mostly correct", "mostly accurate", "largely true", "partly true", "somewhat true",
        "mayormente verdadero", "plutôt vrai", "größtenteils richtig", "в основном правда", "대체로 사실",
        "prawie prawda", "mostly-true",
    ),
    Verdict.MIXED: (
        "mixed", "mixture", "half true", "half-true", "partially true", "partially correct", "two pinocchios",
        "verdad a medias", "medio verdadero", "meia verdade", "mi-vrai mi-faux", "teilweise richtig", "półprawda",
        "полуправда", "частично правда", "절반의 사실", "kısmen doğru", "صحيح جزئيا", "adevăr parțial", "mezza verità",
    ),
    Verdict.MOSTLY_FALSE: (
        "mostly false", "partly false", "partlyfalse", "partially false", "somewhat false", "barely true",
        "barely-true", "largely false", "three pinocchios", "parcialmente falso", "plutôt faux", "partiellement faux",
        "größtenteils falsch", "teilweise falsch", "в основном неправда", "대체로 거짓", "대체로 사실 아님", "زائف جزئيا",
    ),
    Verdict.FALSE: (
        "false", "incorrect", "inaccurate", "not true", "fake", "pants on fire", "pants-fire", "pants on fire!",
        "four pinocchios", "fabricated", "hoax", "debunked", "wrong", "fiction", "fake news", "disinformation",
        "falso", "faux", "falsch", "frei erfunden", "fałsz", "неправда", "ложь", "фейк", "yanlış", "salah", "hoaks",
        "거짓", "사실 아님", "전혀 사실 아님", "خطأ", "زائف", "كاذب", "झूठ", "गलत", "फेक", "onwaar", "fals", "ψευδές", "虛假", "假",
    ),
    Verdict.MISLEADING: (
        "misleading", "missing context", "decontextualized", "out of context", "lacks context", "needs context",
        "miscaptioned", "misattributed", "cherry-picking", "cherry picking", "engañoso", "enganoso", "fuera de contexto",
        "fora de contexto", "trompeur", "irreführend", "fehlender kontext", "fuorviante", "manipulacja", "вводит в заблуждение",
        "манипуляция", "yanıltıcı", "menyesatkan", "오해의 소지", "오해 소지", "맥락 부족", "مضلل", "भ्रामक", "misleidend",
    ),
    Verdict.UNPROVEN: (
        "unproven", "unsupported", "unverified", "no evidence", "not enough evidence", "unsubstantiated", "unclear",
        "sin evidencia", "no probado", "insustentável", "non prouvé", "unbelegt", "non dimostrato", "не доказано",
        "판단 유보", "판단유보", "입증되지 않음", "غير مثبت",
    ),
    Verdict.OUTDATED: ("outdated", "no longer true", "old", "desactualizado", "obsolète", "veraltet", "устарело"),
    Verdict.NOT_CHECKABLE: ("not checkable", "cannot be verified", "unverifiable", "no verificable", "invérifiable"),
}  # fmt: skip


def key(words: str) -> str:
    """Return rating words as they are compared: without case, surrounding signs and doubled spaces."""
    plain = unicodedata.normalize("NFKC", words).casefold()
    return re.sub(r"\s+", " ", plain).strip(" .!?:;,\"'“”‘’«»()[]*_-–—")


BUILT_IN = {key(words): verdict for verdict, group in WORDS.items() for words in group}


def verdict_of(words: str, own: Mapping[str, str]) -> Verdict | None:
    """Return the verdict of rating words, those of `own` (by key; "" for none) before the built-in ones."""
    found = own.get(key(words), BUILT_IN.get(key(words)))
    return Verdict(found) if found else None
