"""Candidates for a text, by words and by meaning, and how likely each is an answer."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from django.db.models.fields.json import KT

from claims import search
from claims.matching import embeddings, vectors
from claims.matching.query_text import MAX_SUMMARY, QueryText, cuts, joined_tags
from claims.models import Publication
from claims.search import Snapshot
from claims.text import stems

POSTINGS = 4_000  # publications with a word that are looked at, the newest; more make a word common
TELLING = 5  # rare words from which on common ones are not looked for in pairs
PAIRED = 4  # common words, the rarest, that are
CANDIDATES = 100  # by words
NEAREST = 50  # by meaning
EMBEDDED_NOW = 16  # candidates at most whose vectors are not stored yet
STANDS_OUT_OF = 10  # the best is compared with the mean of so many
#: What a claim has of a text with which it only shares a subject.
_UNRELATED = {"bm25": 0.7, "overlap": 0.1, "english": 0.3, "multilingual": 0.3}
_LANGUAGES = 4  # of the publications, the most frequent, whose word forms are looked for
_SATURATION, _LENGTH = 1.2, 0.75  # BM25's k1 and b
KEPT = 50_000  # publications whose words a process keeps


@dataclass(frozen=True)
class Weights:
    """How much each feature counts, and how a lead over other claims becomes a likelihood."""

    bm25: float
    overlap: float
    english: float  # likeness of meaning by the model of English
    multilingual: float
    lead: float
    bias: float


#: what decides → its weights. Of English they were fitted on CheckThat! 2020 (training part); of other languages, in
#: which words and claims seldom meet, meaning decides alone.
WEIGHTS = {
    "words": Weights(4.42, 3.66, 0.0, 0.0, 0.69, -3.1),
    "words, english": Weights(1.86, 12.7, 20.8, 0.0, 0.69, -4.4),
    "words, multilingual": Weights(2.0, 12.0, 0.0, 20.0, 0.85, -4.18),
    "words, english, multilingual": Weights(1.42, 11.73, 16.91, 6.97, 0.83, -4.24),
    "english": Weights(0.0, 0.0, 20.8, 0.0, 1.33, -4.9),
    "multilingual": Weights(0.0, 0.0, 0.0, 20.0, 0.935, -2.72),
}


def models_of(method: str, language: str) -> dict[str, embeddings.Model]:
    """Return the models that a method asks, by what they are called among the weights: of "embedding" the best one."""
    known = {} if method == "lexical" else embeddings.that_know(language)
    return dict(list(known.items())[:1]) if method == "embedding" else known


def weights_of(method: str, language: str) -> Weights:
    words = [] if method == "embedding" or (method == "fused" and language != "en") else ["words"]
    return WEIGHTS[", ".join([*words, *models_of(method, language)]) or "words"]


@dataclass(frozen=True)
class ScoredPublication:
    """A candidate with its features."""

    sequence: int
    bm25: float
    overlap: float
    similarity: float | None
    likelihood: float
    score: float
    shared: list[str]


def rank(
    text: str, language: str, columns: Snapshot, *, method: str, makes_missing: bool = True
) -> list[ScoredPublication]:
    """Return all candidates, best first; of like ones the earliest published.

    "lexical" goes by words, "embedding" by meaning alone, "fused" by both, with the models that know the language: a
    code as `language_of` gives it, English where it is empty. Vectors that the likeliest by words lack are made, which
    takes long after a large import; without `makes_missing` these stand by their words.
    """
    question = QueryText(_with_tags_cut(search.as_most_say(text)), _languages(columns, language))
    wanted = columns.standing()
    total = max(len(columns), 1)
    rows, rarity = _by_words(question, columns, wanted)
    likeness: dict[str, np.ndarray] = {}
    asked: dict[str, np.ndarray] = {}
    kept: dict[str, vectors.Vectors] = {}
    language = language or "en"
    models = models_of(method, language) if question.plain else {}
    for name, model in models.items():
        asked[name] = model.embed([question.plain])[0]
        kept[name] = vectors.of(model, columns, wanted)
        rows = np.union1d(rows, kept[name].nearest(asked[name], NEAREST))
    if not len(rows):
        return []
    sequences = columns["sequence"][rows].tolist()
    documents = _documents(list(zip(sequences, columns["chain"][rows].tolist(), strict=True)))
    weight = question.weight(rarity)
    features = [_features(documents[sequence], question, rarity, weight) for sequence in sequences]
    lengths = np.array([len(documents[sequence]) for sequence in sequences], dtype=float)
    mean = float(lengths.mean())
    bm25 = np.array(
        [_bm25(found, length, mean, rarity) for (found, _, _), length in zip(features, lengths, strict=True)],
        dtype=float,
    )
    bm25 /= math.log(1 + total)
    overlap = np.array([item[1] for item in features])
    by_words = WEIGHTS["words"].bm25 * bm25 + WEIGHTS["words"].overlap * overlap
    weights = weights_of(method, language) if models else WEIGHTS["words"]
    scores = weights.bm25 * bm25 + weights.overlap * overlap
    for name, model in models.items():
        known = kept[name].similarity(asked[name], rows)
        likeness[name] = _completed(model, known, by_words, sequences, asked[name]) if makes_missing else known
        scores = scores + getattr(weights, name) * np.nan_to_num(likeness[name], nan=0.0)
    closest = np.fmax.reduce(list(likeness.values())) if likeness else np.full(len(rows), np.nan)
    order = np.argsort(-np.round(scores, 6), kind="stable")
    likelihood = likelihoods(scores, weights)
    return [
        ScoredPublication(
            sequences[place],
            float(bm25[place]),
            float(overlap[place]),
            None if np.isnan(closest[place]) else float(closest[place]),
            float(likelihood[place]),
            float(scores[place]),
            features[place][2],
        )
        for place in order.tolist()
    ]


def likelihoods(scores: np.ndarray, weights: Weights) -> np.ndarray:
    """Return how likely each is an answer: by how far it stands out of the best ones.

    In a small database claims that only share a subject with the text stand for those that are not there.
    """
    unrelated = sum(getattr(weights, name) * value for name, value in _UNRELATED.items())
    others = np.sort(np.append(scores, [unrelated] * STANDS_OUT_OF))[::-1][:STANDS_OUT_OF]
    lead = scores - others.mean()
    likelihood: np.ndarray = 1 / (1 + np.exp(-(weights.lead * lead + weights.bias)))
    return likelihood


def _with_tags_cut(text: str) -> str:
    """Return a text in which a #tag of two words written as one is cut, where published claims have these, not it."""
    tags = joined_tags(text)
    known = search.known_words({word for tag in tags for cut in cuts(tag) for word in cut} | set(tags))
    for tag in tags:
        cut = next((pair for pair in cuts(tag) if known.issuperset(pair)), None)
        if cut and tag not in known:
            text = re.sub(rf"([@#]){tag}\b", rf"\1{'_'.join(cut)}", text)
    return text


def _languages(columns: Snapshot, language: str) -> tuple[str, ...]:
    codes = columns.cache.get("languages")
    if codes is None:
        counts = np.bincount(columns["language"], minlength=1)
        order = np.argsort(-counts)[:_LANGUAGES].tolist()
        codes = columns.cache["languages"] = [columns.languages[code] for code in order if counts[code]]
    return tuple(dict.fromkeys(code for code in [language, *codes] if code)) or ("en",)


def _by_words(question: QueryText, columns: Snapshot, wanted: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
    """Return the rows that share the rarest of the text's words, and how rare each of its forms is."""
    stems = list(dict.fromkeys(stem for forms in question.terms.values() for stem in forms))
    rarity: dict[str, float] = {}
    scores = np.zeros(len(columns), dtype=np.float32)
    total = len(columns)
    common, rare = [], 0

    def add(sequences: np.ndarray, weight: float) -> None:
        rows = np.searchsorted(columns["sequence"], sequences)
        scores[rows[rows < total]] += weight

    for stem, sequences in zip(stems, search.postings([(stem,) for stem in stems], POSTINGS), strict=True):
        count = float(len(sequences))
        if count == POSTINGS:  # there are more: as many as these, which stand close together, are dense
            count *= max(1.0, total / max(int(sequences[-1] - sequences[0]), 1))
            common.append(stem)
        elif count:
            rare += 1
        rarity[stem] = math.log(1 + (total - min(count, total) + 0.5) / (count + 0.5))
        add(sequences, rarity[stem])
    if rare < TELLING:  # older ones must then share two common words
        pairs = list(combinations(sorted(common, key=lambda stem: -rarity[stem])[:PAIRED], 2))
        for pair, sequences in zip(pairs, search.postings(pairs, POSTINGS), strict=True):
            add(sequences, sum(rarity[stem] for stem in pair))
    scores[~wanted] = 0
    some = np.argpartition(-scores, CANDIDATES)[:CANDIDATES] if total > CANDIDATES else np.arange(total)
    return np.sort(some[scores[some] > 0]), rarity


_read: dict[tuple[int, int], tuple[str, ...]] = {}  # the words of publications, by place and chain: they never change


def _documents(keys: list[tuple[int, int]]) -> dict[int, tuple[str, ...]]:
    """Return the words of publications as they are indexed, by place in the chain."""
    absent = [key[0] for key in keys if key not in _read]
    if absent:
        if len(_read) > KEPT:
            _read.clear()
        rows = Publication.objects.filter(sequence__in=absent).order_by().annotate(shown=KT("record__summary"))
        for sequence, chain, language, statement, summary in rows.values_list(
            "sequence", "chain_hash", "language", "statement", "shown"
        ):
            text = f"{statement} {(summary or '')[:MAX_SUMMARY]}"
            _read[sequence, search.chain_key(chain)] = tuple(stems.indexed(text, language).split())
    return {key[0]: _read.get(key, ()) for key in keys}


def _features(
    stems: tuple[str, ...], question: QueryText, rarity: dict[str, float], weight: float
) -> tuple[Counter[str], float, list[str]]:
    """Return how often the text's forms stand in a claim, the share of the text it has, and which words these are."""
    found = Counter([stem for stem in stems if stem in rarity])
    shared: dict[str, float] = {}
    for stem in found:
        for word in question.words_of[stem]:
            shared[word] = max(rarity[form] for form in question.terms[word])
    return found, sum(shared.values()) / weight, list(shared)


def _bm25(found: Counter[str], length: float, mean: float, rarity: dict[str, float]) -> float:
    part = _SATURATION * (1 - _LENGTH + _LENGTH * length / (mean or 1))
    return sum(rarity[form] * count * (_SATURATION + 1) / (count + part) for form, count in found.items())


def _completed(
    model: embeddings.Model, similarity: np.ndarray, scores: np.ndarray, sequences: list[int], vector: Any
) -> np.ndarray:
    """Embed now the likeliest candidates whose vectors are not stored yet, and keep them."""
    absent = np.flatnonzero(np.isnan(similarity))
    if len(absent):
        chosen = absent[np.argsort(-scores[absent])][:EMBEDDED_NOW]
        places = [sequences[place] for place in chosen]
        rows = Publication.objects.filter(sequence__in=places).values_list("sequence", "chain_hash", "record")
        kept = {sequence: (chain, record) for sequence, chain, record in rows}
        made = model.of_records([kept[sequence][1] for sequence in places])
        vectors.keep(model, zip(places, (kept[sequence][0] for sequence in places), made, strict=True))
        similarity[chosen] = made @ vector
    return similarity
