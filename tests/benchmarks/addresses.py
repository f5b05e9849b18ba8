"""The pages that are asked for, by a site of a given size."""

from __future__ import annotations

import re
from random import Random
from urllib.parse import quote

from tests.benchmarks.generated import Maker

SEED = 7


class Addresses:
    """What is asked: another filter, word or claim each time, the same for both sites."""

    def __init__(self, size: int, rounds: int) -> None:
        self.size, self.rounds = size, rounds
        random = Random(SEED)
        maker = Maker(SEED)
        self.words = maker.words["en"]
        self.ranks = {word: rank for rank, word in reversed(list(enumerate(self.words)))}
        self.topics = [f"topic-{random.randrange(60)}" for _ in range(rounds)]
        self.verdicts = [random.choice(("false", "true", "mixed", "misleading")) for _ in range(rounds)]
        self.numbers = [random.randrange(size) for _ in range(rounds)]
        self.pairs = [self._pair(maker, number) for number in self.numbers]

    def _pair(self, maker: Maker, number: int) -> tuple[str, str]:
        """Return two rare words that stand in one review."""
        found = sorted(
            set(re.findall(r"\w+", maker.record(number)["rationale"].lower())),
            key=lambda word: -self.ranks.get(word, -1),
        )
        return found[0], found[1]

    @property
    def slugs(self) -> list[str]:
        return [f"claim-{SEED}-{number}" for number in self.numbers]

    def claims(self) -> list[str]:
        return [f"/claims/{slug}/" for slug in self.slugs]

    def ours(self) -> dict[str, list[str]]:
        deep = max(self.size - 4000 * 25, self.size // 2)
        return {
            "home": ["/"] * self.rounds,
            "list with facets": ["/claims/"] * self.rounds,
            "verdict and topic, facets": [
                f"/claims/?verdict={v}&topic={t}" for v, t in zip(self.verdicts, self.topics, strict=True)
            ],
            "deep page": [f"/claims/?before={deep - number}" for number in range(self.rounds)],
            "common word, facets": [f"/claims/?q={quote(self.words[number % 5])}" for number in range(self.rounds)],
            "two rare words, facets": [f"/claims/?q={quote(' '.join(pair))}" for pair in self.pairs],
            "article with 300 claims": ["/articles/long-article/"] * self.rounds,
            "topic": [f"/topics/{topic}/" for topic in self.topics],
            "API page": ["/api/v1/claims"] * self.rounds,
        }

    def desk(self, pk: str) -> dict[str, list[str]]:
        return {
            "desk: dashboard": ["/admin/"] * self.rounds,
            "desk: list of claims": ["/admin/claims/claim/"] * self.rounds,
            "desk: list, searched": [
                f"/admin/claims/claim/?q={quote(self.words[50 + number])}" for number in range(self.rounds)
            ],
            "desk: form": [f"/admin/claims/claim/{pk}/change/"] * self.rounds,
        }

    def theirs(self, table: str, rows: list[int]) -> dict[str, list[str]]:
        facets = "_facet=verdict&_facet=language&_facet=topic"
        page = "_size=25&_sort_desc=sequence"
        deep = max(self.size - 4000 * 25, self.size // 2)
        return {
            "list without facets": [f"{table}?{page}"] * self.rounds,
            "list with facets": [f"{table}?{page}&{facets}"] * self.rounds,
            "verdict and topic, facets": [
                f"{table}?{page}&verdict={v}&topic={t}&{facets}"
                for v, t in zip(self.verdicts, self.topics, strict=True)
            ],
            "deep page": [f"{table}?{page}&_next={deep - number}%2C{deep - number}" for number in range(self.rounds)],
            "common word, facets": [
                f"{table}?{page}&_search={quote(self.words[number % 5])}&{facets}" for number in range(self.rounds)
            ],
            "two rare words, facets": [
                f"{table}?{page}&_search={quote(' '.join(pair))}&{facets}" for pair in self.pairs
            ],
            "claim, uncached": [f"{table}/{row}" for row in rows],
        }
