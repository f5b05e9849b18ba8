"""How well texts are matched to claims: on files as the CheckThat! tasks have them, in a database of their own."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, median, quantiles
from time import perf_counter
from typing import Any
from uuid import UUID

import numpy as np

from claims import matching, search
from claims.matching import embeddings, vectors
from claims.models import Publication
from claims.search import Snapshot

DEPTH = 5  # of MAP and hit


class UnreadableError(Exception):
    """Files that are not what the benchmark reads; the message says where."""


@dataclass
class Task:
    """Claims as (identifier, statement, title), texts as (identifier, text), and which answer which."""

    claims: list[tuple[str, str, str]]
    queries: list[tuple[str, str]]
    answers: dict[str, set[str]] = field(default_factory=dict)


def read(claims: Path, queries: Path, qrels: Path) -> Task:
    """Read a task: claims as JSON Lines (vclaim_id, vclaim, title) or TSV, queries as TSV, answers as TREC qrels."""
    try:
        answers: dict[str, set[str]] = {}
        for number, line in enumerate(qrels.read_text(encoding="utf-8-sig").splitlines(), 1):
            parts = line.split()
            if len(parts) != 4:
                raise UnreadableError(f"{qrels}, line {number}: “query 0 claim 1” is expected.")
            if parts[3] != "0":
                answers.setdefault(parts[0], set()).add(parts[2])
        asked = [(row[0], row[1]) for row in _table(queries) if row[0] in answers]
        task = Task(list(_claims(claims)), asked, answers)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, IndexError) as error:
        raise UnreadableError(f"The files cannot be read: {error!r}") from error
    if not task.claims or not task.queries:
        raise UnreadableError("There are no claims, or no queries that have an answer.")
    return task


def _claims(path: Path) -> Iterator[tuple[str, str, str]]:
    if ".jsonl" in path.name:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as file:
            for line in file:
                values = json.loads(line)
                yield values["vclaim_id"], values["vclaim"], values.get("title", "")
    else:
        for row in _table(path):
            if row[0]:
                yield row[0], row[1], row[2] if len(row) > 2 else ""


def _table(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from (row for row in csv.reader(file, delimiter="\t") if len(row) > 1)


def records(task: Task) -> Iterator[dict[str, Any]]:
    """Yield a record for each claim, in the file's order."""
    for number, (_, statement, title) in enumerate(task.claims):
        yield {
            "schema": "factcheck/record/1", "uid": str(UUID(int=(0x0190 << 112) | (7 << 76) | (2 << 62) | number)),
            "slug": f"claim-{number}", "number": 1, "kind": "original", "note": "",
            "published_at": "2020-01-01T00:00:00Z",
            "reviewer": {"slug": "our-desk", "name": "Our desk", "kind": "organisation", "url": ""},
            "statement": statement, "claimant": None, "made_on": None, "made_on_precision": "day", "language": "en",
            "topics": [], "verdict": "unproven", "confidence": None, "confidence_scale": "none_low_med_high",
            "summary": title, "rationale": "", "evidence": [], "appearances": [], "relations": [],
        }  # fmt: skip


def measure(task: Task, say: Any) -> list[dict[str, Any]]:
    """Return a row for each method, in the database that holds the task's claims."""
    columns = search.latest_snapshot()
    slugs = dict(Publication.objects.values_list("sequence", "slug"))
    known = {sequence: task.claims[int(slug.removeprefix("claim-"))] for sequence, slug in slugs.items()}
    for model in embeddings.models():
        for done in vectors.build(model):
            say(f"{done:,} of {len(task.claims):,} claims embedded by {model.NAME} …")
    if not embeddings.english():
        say("The extra factcheck[matching] is not installed: without MiniLM.")
    return [_measured(method, task, columns, known, say) for method in matching.METHODS]


def _measured(
    method: str, task: Task, columns: Snapshot, known: dict[int, tuple[str, str, str]], say: Any
) -> dict[str, Any]:
    precisions, reciprocals, firsts, hits, times, present, absent = [], [], [], [], [], [], []
    for _, text in task.queries[:20]:
        matching.rank(text, "en", columns, method=method)  # warms
    for number, (query, text) in enumerate(task.queries, 1):
        began = perf_counter()
        ranked = matching.rank(text, "en", columns, method=method)
        times.append(1000 * (perf_counter() - began))
        answers = task.answers[query]
        found = [known[item.sequence][0] in answers for item in ranked]
        hit_at = [place for place, is_answer in enumerate(found[:DEPTH], 1) if is_answer]
        precisions.append(sum(count / place for count, place in enumerate(hit_at, 1)) / min(len(answers), DEPTH))
        reciprocals.append(next((1 / place for place, is_answer in enumerate(found, 1) if is_answer), 0.0))
        firsts.append(bool(found) and found[0])
        hits.append(bool(hit_at))
        present.append(ranked[0].likelihood if ranked else 0.0)
        absent.append(_without(ranked, known, answers, method))
        if number % 200 == 0:
            say(f"{method}: {number:,} of {len(task.queries):,} queries …")
    return {
        "method": method,
        "queries": len(task.queries),
        "MAP@5": fmean(precisions),
        "MRR": fmean(reciprocals),
        "P@1": fmean(firsts),
        "hit@5": fmean(hits),
        "ms median": median(times),
        "ms p95": quantiles(times, n=20)[-1] if len(times) > 1 else times[0],
        "no-match AUC": _auc(np.array(present), np.array(absent)),
    }


def _without(
    ranked: list[matching.ScoredPublication], known: dict[int, tuple[str, str, str]], answers: set[str], method: str
) -> float:
    """Return the likelihood of the best, had the database none of the answers, nor claims in the same words."""
    same = {_words(known[item.sequence]) for item in ranked if known[item.sequence][0] in answers}
    rest = [
        item for item in ranked if known[item.sequence][0] not in answers and _words(known[item.sequence]) not in same
    ]
    return float(matching.likelihoods(np.array([item.score for item in rest]), _weights(method))[0]) if rest else 0.0


def _weights(method: str) -> matching.Weights:
    return matching.weights_of(method, "en")


def _words(claim: tuple[str, str, str]) -> str:
    return matching.embedding_text(claim[1]).casefold()


def _auc(present: np.ndarray, absent: np.ndarray) -> float:
    """Return how often a text that has an answer here scores above one that has none."""
    order = np.sort(absent)
    below, upto = np.searchsorted(order, present, "left"), np.searchsorted(order, present, "right")
    return float(((below + upto) / 2).mean() / len(absent))


def markdown(rows: list[dict[str, Any]]) -> str:
    lines = [" | ".join(rows[0]), " | ".join("---" for _ in rows[0])]
    lines += [
        " | ".join(f"{value:.3f}" if isinstance(value, float) else str(value) for value in row.values()) for row in rows
    ]
    return "".join(f"| {line} |\n" for line in lines)
