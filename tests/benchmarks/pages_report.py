"""What a run of the page benchmark says: ratios against their goals, a table, a plot. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

type Row = dict[str, Any]
FACETED = ("list with facets", "verdict and topic, facets", "common word, facets", "two rare words, facets")
#: page → (at most so many times Datasette's time for the same page, with 1,000,000 claims)
AGAINST_PEER = {
    "list with facets": 1 / 8,
    "verdict and topic, facets": 1 / 10,
    "common word, facets": 1 / 2,
    "two rare words, facets": 1 / 2,
    "claim, uncached": 1.0,
}
GROWTH = {
    "list with facets": 1.3,
    "deep page": 1.3,
    "claim, uncached": 1.3,
    "verdict and topic, facets": 2.0,
    "common word, facets": 2.0,
    "two rare words, facets": 2.0,
}
DESK = {"desk: dashboard": 150, "desk: list of claims": 150, "desk: form": 150}  # milliseconds


def goals(rows: list[Row]) -> Iterator[Row]:
    """Yield each goal with what was reached: ratios of medians of one run."""
    times = {(row["claims"], row["on"], row["page"]): row["median"] for row in rows}
    rates = {(row["claims"], row["on"], row["page"]): row.get("a second") for row in rows}
    sizes = sorted({row["claims"] for row in rows})
    ours = [name for name in ("sqlite", "postgres") if any(row["on"] == name for row in rows)]
    small, large = sizes[0], sizes[-1]
    for on in ours:
        found = [
            *_against_peer(times, on, large),
            *_against_trivial(rates, on, large),
            *((_growth(times, on, page, small, large), most) for page, most in GROWTH.items() if small != large),
            *(((f"{page}, milliseconds", times.get((large, on, page))), most) for page, most in DESK.items()),
        ]
        if on == "postgres" and "sqlite" in ours:
            for page in (*FACETED, "deep page", "claim, uncached"):
                ratio = _ratio(times, (large, on, page), (large, "sqlite", page))
                found.append(((f"{page} / SQLite's", ratio), 1.5))
        for (what, reached), goal in found:
            if reached is not None:
                is_met = reached <= goal if goal >= 0 else reached >= -goal
                shown = f"≤ {goal:g}" if goal >= 0 else f"≥ {-goal:g}"
                yield {"on": on, "what": what, "reached": round(reached, 3), "goal": shown, "met": is_met}


type Found = tuple[tuple[str, float | None], float]  # what and how much, and at most how much; at least, where negative


def _against_peer(times: dict[Any, Any], on: str, size: int) -> Iterator[Found]:
    for page, most in AGAINST_PEER.items():
        yield (f"{page} / Datasette's", _ratio(times, (size, on, page), (size, "datasette", page))), most
    first = (size, on, "list with facets")
    without = _ratio(times, first, (size, "datasette", "list without facets"))
    yield ("list with facets / Datasette's without", without), 1
    yield ("deep page / first page", _ratio(times, (size, on, "deep page"), first)), 1.2


def _against_trivial(rates: dict[Any, Any], on: str, size: int) -> Iterator[Found]:
    for page, least in (("claim, uncached", 0.25), ("claim, 304", 0.6)):
        ratio = _ratio(rates, (size, on, page), (size, on, "trivial view"))
        yield (f"{page}, requests a second / trivial view's", ratio), -least


def _growth(times: dict[Any, Any], on: str, page: str, small: int, large: int) -> tuple[str, float | None]:
    return f"{page}, {small:,} → {large:,}", _ratio(times, (large, on, page), (small, on, page))


def _ratio(values: dict[Any, Any], one: Any, other: Any) -> float | None:
    return values[one] / values[other] if values.get(one) and values.get(other) else None


def markdown(rows: list[Row], reached: list[Row]) -> str:
    """Return the tables and, for each page at the largest size, a plot of the medians."""
    sizes = sorted({row["claims"] for row in rows})
    servers = [name for name in ("sqlite", "postgres", "datasette") if any(row["on"] == name for row in rows)]
    pages = list(dict.fromkeys(row["page"] for row in rows))
    cells = {(row["claims"], row["on"], row["page"]): row for row in rows}
    head = [f"{on}, {size:,}" for on in servers for size in sizes]
    lines = [
        "Milliseconds, median (95th of a hundred), and requests a second where they were counted.",
        "",
        f"| page | {' | '.join(head)} |",
        f"|---|{'---|' * len(head)}",
    ]
    for page in pages:
        shown = [_cell(cells.get((size, on, page))) for on in servers for size in sizes]
        lines.append(f"| {page} | {' | '.join(shown)} |")
    lines += ["", "| on | what | reached | goal | |", "|---|---|---|---|---|"]
    lines += [
        f"| {row['on']} | {row['what']} | {row['reached']:g} | {row['goal']} |"
        f" {'met' if row['met'] else '**not met**'} |"
        for row in reached
    ]
    return "\n".join([*lines, "", *_plot(cells, sizes[-1], servers), ""])


def _cell(row: Row | None) -> str:
    if row is None:
        return ""
    rate = f", {row['a second']:.0f}/s" if row.get("a second") else ""
    return f"{row['median']:.1f} ({row['p95']:.1f}){rate}"


def _plot(cells: dict[Any, Row], size: int, servers: list[str]) -> Iterator[str]:
    """Yield bars of text: each as long as its time on a scale that doubles with every mark."""
    pages = [*FACETED, "deep page", "claim, uncached"]
    yield f"Medians at {size:,} claims; each mark doubles the time, from 1 millisecond."
    yield ""
    yield "```"
    for page in pages:
        for on in servers:
            if row := cells.get((size, on, page)):
                marks = max(int(row["median"]), 1).bit_length()
                yield f"{page:<28}{on:<10}{'█' * (2 * marks)} {row['median']:.1f}"
    yield "```"
