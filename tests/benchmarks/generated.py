"""Records made up for load and benchmarks, the same for the same seed. Nothing in them is a fact.

The shape is that of a large desk: words and sources by Zipf's law, several languages, one to four
pieces of evidence, claims of twelve years, now and then a second version.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from claims.interchange.formats import jsonl
from claims.vocabulary import Credibility, Reliability, Stance

WORDS, SOURCES, TOPICS, ARTICLES = 30_000, 5_000, 60, 20_000
LANGUAGES = {"en": 70, "ru": 10, "ko": 8, "es": 6, "ar": 3, "de": 3}
SYLLABLES = {
    "en": [
        "ba",
        "con",
        "der",
        "fil",
        "gan",
        "hol",
        "in",
        "jor",
        "kel",
        "lim",
        "mon",
        "nor",
        "ost",
        "pra",
        "quin",
        "ros",
        "sta",
        "ton",
        "ur",
        "ven",
        "wil",
    ],
    "ru": [
        "ба",
        "кон",
        "дер",
        "фил",
        "ган",
        "хол",
        "ин",
        "жор",
        "кел",
        "лим",
        "мон",
        "нор",
        "ост",
        "пра",
        "рос",
        "ста",
        "тон",
        "ур",
        "вен",
    ],
    "ko": [
        "가",
        "나",
        "다",
        "라",
        "마",
        "바",
        "사",
        "아",
        "자",
        "차",
        "카",
        "타",
        "파",
        "하",
        "국",
        "민",
        "평",
        "양",
        "서",
        "울",
    ],
    "ar": ["با", "كن", "در", "فل", "جن", "هل", "ان", "جر", "كل", "لم", "من", "نر", "است", "برا", "رس", "ستا", "تن"],
}
FIRST_DAY = date(2014, 1, 1)
DAYS = 12 * 365
VERDICTS = {"false": 40, "misleading": 15, "mostly_false": 10, "mixed": 8, "true": 12,
            "mostly_true": 6, "unproven": 6, "outdated": 1, "not_checkable": 2}  # fmt: skip


class Maker:
    """Makes records by number; each is decided by the seed and its number alone."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        words = Random(f"{seed} words")
        self.words = {
            language: [self._word(words, syllables) for _ in range(WORDS)] for language, syllables in SYLLABLES.items()
        }
        self.word_weights = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))
        self.source_weights = list(accumulate(1 / rank for rank in range(1, SOURCES + 1)))
        self.verdicts, self.verdict_weights = list(VERDICTS), list(accumulate(VERDICTS.values()))
        self.languages, self.language_weights = list(LANGUAGES), list(accumulate(LANGUAGES.values()))

    def _word(self, random: Random, syllables: list[str]) -> str:
        return "".join(random.choices(syllables, k=random.choice((1, 2, 2, 3))))

    def record(self, number: int) -> dict[str, Any]:
        """Return the JSON values of one record, the first version of its claim."""
        random = Random(f"{self.seed} {number}")
        language = random.choices(self.languages, cum_weights=self.language_weights)[0]
        made_on = FIRST_DAY + timedelta(days=random.randrange(DAYS))
        published_at = datetime(made_on.year, made_on.month, made_on.day, 12, tzinfo=UTC) + timedelta(
            days=random.randrange(1, 60)
        )
        verdict = random.choices(self.verdicts, cum_weights=self.verdict_weights)[0]
        return {
            "schema": "factcheck/record/1",
            "uid": str(UUID(int=(0x0190 << 112) | (7 << 76) | (2 << 62) | (self.seed % 2**16 << 40) | number)),
            "slug": f"claim-{self.seed}-{number}",
            "number": 1,
            "kind": "original",
            "note": "",
            "published_at": published_at.isoformat().replace("+00:00", "Z"),
            "reviewer": {"slug": "our-desk", "name": "Our desk", "kind": "organisation", "url": ""},
            "statement": self._sentence(random, language, 8, 18),
            "claimant": self._source(random),
            "made_on": made_on.isoformat(),
            "made_on_precision": "day",
            "language": language,
            "topics": [
                self._topic(index) for index in sorted(random.sample(range(TOPICS), random.choice((1, 1, 2, 3))))
            ],
            "verdict": verdict,
            "confidence": random.choice((None, *range(20, 100, 5))),
            "confidence_scale": "none_low_med_high",
            "summary": self._sentence(random, language, 12, 30),
            "rationale": " ".join(self._sentence(random, language, 10, 25) for _ in range(random.randint(2, 5))),
            "evidence": [self._evidence(random, language, number, index) for index in range(random.randint(1, 4))],
            "appearances": [self._appearance(random, language)] if random.random() < 0.7 else [],
            "relations": [],
        }

    def _sentence(self, random: Random, language: str, least: int, most: int) -> str:
        words = self.words.get(language) or self.words["en"]
        chosen = random.choices(words, cum_weights=self.word_weights, k=random.randint(least, most))
        return f"{' '.join(chosen).capitalize()}."

    def _source(self, random: Random) -> dict[str, str]:
        index = random.choices(range(SOURCES), cum_weights=self.source_weights)[0]
        kind = ("person", "organisation", "government", "news_outlet")[index % 4]
        return {
            "slug": f"source-{index}",
            "name": f"Source {index}",
            "kind": kind,
            "url": f"https://source-{index}.example/",
        }

    def _topic(self, index: int) -> dict[str, str]:
        return {"slug": f"topic-{index}", "name": f"Topic {index}"}

    def _evidence(self, random: Random, language: str, number: int, index: int) -> dict[str, Any]:
        return {
            "title": self._sentence(random, language, 4, 9),
            "url": f"https://evidence.example/{number}/{index}",
            "archived_url": "",
            "publisher": self._source(random),
            "published_on": (FIRST_DAY + timedelta(days=random.randrange(DAYS))).isoformat(),
            "stance": random.choice(Stance.values),
            "excerpt": self._sentence(random, language, 8, 20),
            "note": "",
            "reliability": random.choice(Reliability.values),
            "credibility": random.choice(Credibility.values),
            "origin": "",
        }

    def _appearance(self, random: Random, language: str) -> dict[str, Any]:
        index = random.randrange(ARTICLES)
        article = {
            "slug": f"article-{index}", "title": f"Article {index}", "authors": "", "publisher": None,
            "url": f"https://article.example/{index}", "archived_url": "", "published_on": None, "accessed_on": None,
            "language": "en",
        }  # fmt: skip
        return {
            "article": article, "exact": self._sentence(random, language, 5, 12), "prefix": "", "suffix": "",
            "start": None, "end": None, "paragraph": None, "attribution": "", "stance": "asserts",
        }  # fmt: skip


def records(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield the JSON values of records, each valid by the record's schema."""
    maker = Maker(seed)
    for number in range(count):
        yield maker.record(number)


def write(path: Path, count: int, seed: int = 7) -> None:
    """Write made-up records as JSON Lines; the same seed makes the same bytes."""
    with path.open("wb") as file:
        file.writelines(jsonl.write(records(count, seed)))
