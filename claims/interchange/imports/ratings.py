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
        "e vërtetë", "helt sant", "sant", "istina", "tačno", "درست", "სიმართლე", "pravda", "истина", "шындық",
    ),
    Verdict.MOSTLY_TRUE: (
        "mostly true", "mostly correct", "mostly accurate", "largely true", "partly true", "somewhat true",
        "mayormente verdadero", "plutôt vrai", "größtenteils richtig", "в основном правда", "대체로 사실",
        "prawie prawda", "mostly-true",
        "almost true", "true, but", "globalement correct", "skoro istina", "c'eri quasi", "verdadero, pero",
        "verdadeiro, mas", "ta certo, mas peraí",
    ),
    Verdict.MIXED: (
        "mixed", "mixture", "half true", "half-true", "partially true", "partially correct", "two pinocchios",
        "verdad a medias", "medio verdadero", "meia verdade", "mi-vrai mi-faux", "teilweise richtig", "półprawda",
        "полуправда", "частично правда", "절반의 사실", "kısmen doğru", "صحيح جزئيا", "adevăr parțial", "mezza verità",
        "mix", "poluistina", "halbrichtig", "halb richtig", "نیمه درست", "жартылай шындық", "delvis sant", "sebagian benar",
        "pjesërisht e vërtetë", "parțial adevărat", "karma", "half false",
    ),
    Verdict.MOSTLY_FALSE: (
        "mostly false", "partly false", "partlyfalse", "partially false", "somewhat false", "barely true",
        "barely-true", "largely false", "three pinocchios", "parcialmente falso", "plutôt faux", "partiellement faux",
        "größtenteils falsch", "teilweise falsch", "в основном неправда", "대체로 거짓", "대체로 사실 아님", "زائف جزئيا",
        "almost untrue", "skoro neistina", "parțial fals", "deels onwaar", "delvis feil", "delvis usant",
    ),
    Verdict.FALSE: (
        "false", "incorrect", "inaccurate", "not true", "fake", "pants on fire", "pants-fire", "pants on fire!",
        "four pinocchios", "fabricated", "hoax", "debunked", "wrong", "fiction", "fake news", "disinformation",
        "falso", "faux", "falsch", "frei erfunden", "fałsz", "неправда", "ложь", "фейк", "yanlış", "yanliş", "salah", "hoaks",
        "거짓", "사실 아님", "전혀 사실 아님", "خطأ", "زائف", "كاذب", "झूठ", "गलत", "फेक", "onwaar", "fals", "ψευδές", "虛假", "假",
        "completely false", "totally false", "helt feil", "feil", "usant", "keliru", "lie", "lies", "neistina",
        "netačno", "rrenë", "дезинформация", "жалған", "نادرست", "دروغ", "მცდარი", "ტყუილი", "fabricated content",
        "panzana pazzesca", "blefe", "شاخ دار", "made up", "bogus", "very false", "total lie", "rrenë e kryptë",
        "false connection",
    ),
    Verdict.MISLEADING: (
        "misleading", "missing context", "decontextualized", "out of context", "lacks context", "needs context",
        "miscaptioned", "misattributed", "cherry-picking", "cherry picking", "engañoso", "enganoso", "fuera de contexto",
        "fora de contexto", "trompeur", "irreführend", "fehlender kontext", "fuorviante", "manipulacja", "вводит в заблуждение",
        "манипуляция", "yanıltıcı", "menyesatkan", "오해의 소지", "오해 소지", "맥락 부족", "مضلل", "भ्रामक", "misleidend",
        "distorted", "distorcido", "exaggerated", "exagerado", "sous-estimé/exagéré", "trunchiat", "deceptive",
        "selective", "انتقائي", "sem contexto", "descontextualizado", "descontextualizada", "sesat", "گمراه کننده",
        "manipulated", "manipulated media", "misplaced context", "заблуждение", "taken out of context",
        "contexto enganoso", "false context", "imposter image", "misleading & old video",
    ),
    Verdict.UNPROVEN: (
        "unproven", "unsupported", "unverified", "no evidence", "not enough evidence", "unsubstantiated", "unclear",
        "sin evidencia", "no probado", "insustentável", "non prouvé", "unbelegt", "non dimostrato", "не доказано",
        "판단 유보", "판단유보", "입증되지 않음", "غير مثبت",
        "tidak terbukti", "ikke sikkert", "sonuçlandırılamadı", "غیرقابل اثبات", "مشكوك فيه", "doubtful",
        "suspicious", "insostenible", "unsustainable", "not proven", "not sure",
    ),
    Verdict.OUTDATED: ("outdated", "no longer true", "old", "desactualizado", "obsolète", "veraltet", "устарело"),
    Verdict.NOT_CHECKABLE: (
        "not checkable", "cannot be verified", "unverifiable", "no verificable", "invérifiable",
        "uncheckable", "impossível provar", "inchequeable", "niet te checken", "imposibil de verificat",
        "nieweryfikowalne",
    ),
}  # fmt: skip


#: What stands before or after the words themselves.
_BEFORE = re.compile(
    r"^(?:(?:our )?(?:rating|verdict|ruling|conclusion|fact check|үкім)\s*:|(?:this )?claim is |(?:we )?rated )\s*"
)
_NUMBERED = re.compile(r"^\d+\s*\[(.+)\]$")
_AFTER = re.compile(
    r" (?:content|claim|news|image|video|audio|post|text|photo|information|advertisement|image and text)$"
)
_BETWEEN = re.compile(r"\s*(?:/|&| and | и | e )\s*")
_QUESTION = ("?", "？", "؟")


def key(words: str) -> str:
    """Return rating words as they are compared: without case, surrounding signs, underscores and doubled spaces."""
    plain = unicodedata.normalize("NFKC", words).replace("\u200c", " ").casefold().replace("i\u0307", "i")
    plain = _BEFORE.sub("", re.sub(r"[\s_\-‐-―]+", " ", plain).strip(_SIGNS))
    return plain.strip(_SIGNS)


_SIGNS = " .!?:;,\"'“”‘’«»()[]*/…"
BUILT_IN = {key(words): verdict for verdict, group in WORDS.items() for words in group}


def verdict_of(words: str, own: Mapping[str, str]) -> Verdict | None:
    """Return the verdict of rating words, those of `own` (by key; "" for none) before the built-in ones.

    Words with a question mark ask; several words in one have a verdict where all have the same, and misleads what is false or true besides.
    """
    said = key(words)
    if said in own:
        return Verdict(own[said]) if own[said] else None
    if words.strip().endswith(_QUESTION):
        return None
    if numbered := _NUMBERED.match(" ".join(words.casefold().split())):
        said = key(numbered[1])
    for form in (said, _AFTER.sub("", said)):
        if found := BUILT_IN.get(form):
            return found
    parts = {BUILT_IN.get(key(part)) for part in _BETWEEN.split(said)}
    if Verdict.MISLEADING in parts and parts <= {Verdict.MISLEADING, Verdict.FALSE, Verdict.TRUE}:
        return Verdict.MISLEADING
    return parts.pop() if len(parts) == 1 else None
