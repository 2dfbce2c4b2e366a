"""What was measured, as tables: what is to be reached, each request over HTTP, each question."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

Run = dict[str, Any]
MISSED = " ✗"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


@dataclass(frozen=True)
class Goal:
    """One figure to reach: `read` finds it in a run (None if it was not measured), `holds` says
    whether it is reached there. `first` is the run with the fewest stories of the same kind."""

    what: str
    to_reach: str
    read: Callable[[Run, Run], float | None]
    holds: Callable[[float, str], bool]
    unit: str = ""
    digits: int = 1

    def cell(self, run: Run, first: Run) -> str:
        value = self.read(run, first)
        if value is None:
            return "–"
        missed = "" if self.holds(value, run["kind"]) else MISSED
        return f"{value:,.{self.digits}f}{self.unit}{missed}"


def most(limit: float) -> Callable[[float, str], bool]:
    return lambda value, _kind: value <= limit


def most_by_kind(**limits: float) -> Callable[[float, str], bool]:
    return lambda value, kind: value <= limits[kind]


def least_by_kind(**limits: float) -> Callable[[float, str], bool]:
    """Of a kind without a limit it is only told."""
    return lambda value, kind: value >= limits.get(kind, 0)


def over_http(name: str, figure: str) -> Callable[[Run, Run], float | None]:
    return lambda run, _first: run["http"][name][figure] if run["http"].get(name) else None


def growth(name: str) -> Callable[[Run, Run], float | None]:
    """What a request costs as a multiple of the floor, against the same with few stories."""

    def read(run: Run, first: Run) -> float | None:
        if not (run["http"].get(name) and first["http"].get(name)):
            return None
        return run["http"][name]["ratio"] / first["http"][name]["ratio"]

    return read


def asked(prefix: str, figure: str, without: str = "") -> Callable[[Run, Run], float | None]:
    """Of all kinds of requests with this name: the worst, or the median of what is usual."""

    def read(run: Run, _first: Run) -> float | None:
        named = run["rows"].items()
        values = [row[figure] for name, row in named if name.startswith(prefix) and name != without]
        return max(values) if figure != "median" else median(values)

    return read


def deep(run: Run, _first: Run) -> float | None:
    """A page deep in, against the first page of the same wall."""
    shallow = {
        address: time
        for name, row in run["rows"].items()
        if name == "wall" or name.startswith("filtered: ")
        for address, time in row["times"].items()
    }
    ratios = []
    for address, time in run["rows"]["page deep in"]["times"].items():
        begin = address.partition("after=")[0].rstrip("?&")
        if begin in shallow:
            ratios.append(time / shallow[begin])
    return median(ratios) if ratios else None


def told(figure: str) -> Callable[[Run, Run], float | None]:
    return lambda run, _first: run["telling"][figure]


def weight(*parts: str) -> Callable[[Run, Run], float | None]:
    return lambda run, _first: sum(run["weights"][part] for part in parts) / 1024


BEST = "search: best first"
# For figures that are told beside the others, without one to reach.
NO_END = float("inf")
GOALS = (
    Goal("wall: CPU, × floor", "≤ 6", over_http("wall", "ratio"), most(6)),
    Goal("wall made anew: CPU, × floor", "", over_http("wall, made anew", "ratio"), most(NO_END)),
    Goal(
        "wall made anew: against the fewest stories",
        "≤ 1.2",
        growth("wall, made anew"),
        most(1.2),
        digits=2,
    ),
    Goal("filtered wall: database, median", "≤ 5 ms", asked("filtered", "median"), most(5), " ms"),
    Goal("filtered wall: database, worst", "≤ 20 ms", asked("filtered", "worst"), most(20), " ms"),
    Goal("counts, nothing asked for", "≤ 2 ms", asked("wall", "counting"), most(2), " ms"),
    Goal("counts, filtered: worst", "≤ 30 ms", asked("filt", "counting_worst"), most(30), " ms"),
    Goal("page deep in: × first page", "≤ 1.2", deep, most(1.2), digits=2),
    Goal(
        "search, newest first: median",
        "≤ 5 ms SQLite, ≤ 30 ms PostgreSQL",
        asked("search", "median", BEST),
        most_by_kind(sqlite=5, postgresql=30),
        " ms",
    ),
    Goal(
        "search, newest first: worst",
        "≤ 5 ms SQLite, ≤ 30 ms PostgreSQL",
        asked("search", "worst", BEST),
        most_by_kind(sqlite=5, postgresql=30),
        " ms",
    ),
    Goal("search, best first: worst", "≤ 60 ms", asked(BEST, "worst"), most(60), " ms"),
    Goal("stories like one: worst", "≤ 10 ms", asked("like", "worst"), most(10), " ms"),
    Goal("story page: CPU, × floor", "≤ 10", over_http("story", "ratio"), most(10)),
    Goal(
        "story page made anew: CPU, × floor",
        "",
        over_http("story, made anew", "ratio"),
        most(NO_END),
    ),
    Goal("unchanged page asked again: × floor", "≤ 3", over_http("unchanged", "ratio"), most(3)),
    Goal("telling, 8 at once: p99", "≤ 250 ms", told("p99"), most(250), " ms", 0),
    Goal(
        "telling, 8 at once: a second",
        "≥ 100 SQLite",
        told("per_second"),
        least_by_kind(sqlite=100),
        "",
        0,
    ),
    Goal(
        "telling: refused or lost",
        "0",
        lambda run, _: run["telling"]["refused"] + run["telling"]["lost"],
        most(0),
        "",
        0,
    ),
    Goal("questions to the database a request", "≤ 12", asked("", "questions"), most(12), "", 0),
    Goal(
        "web process, resident",
        "≤ 150 MB",
        lambda run, _: run["memory"]["web"],
        most(150),
        " MB",
        0,
    ),
    Goal("phone: HTML + CSS + JS", "≤ 70 KB", weight("html", "css", "js"), most(70), " KB"),
    Goal("phone: JS", "≤ 30 KB", weight("js"), most(30), " KB"),
)
FIGURES = ("median", "worst", "again", "again_worst", "cpu", "cpu_worst")
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def markdown(found: dict) -> str:
    """Everything that was found, the goals first."""
    runs: list[Run] = list(found["runs"].values())
    return (
        "\n\n".join(
            [_about(found), _goals(runs), _photo(found["photo"]), _http(runs), _questions(runs)]
        )
        + "\n"
    )


def put_into(page: Path, table: str) -> None:
    """Replace the tables in a page of the documentation, between the two marks around them."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} has no place for the tables.")
    page.write_text(f"{before}{BEGIN}\n\n{table}\n{END}{after}", encoding="utf-8")


def _about(found: dict) -> str:
    about = found["about"]
    quick = " The quick way: short rounds and small databases." if about["quick"] else ""
    busy = f" The machine was busy (load {about['busy']:.1f}) when it began."
    return (
        f"Measured on {about['day']} at {about['commit']}, with Python {about['python']} on "
        f"{about['cores']} cores.{quick}{busy if about['busy'] > 1 else ''}"
    )


def _goals(runs: list[Run]) -> str:
    firsts = {run["kind"]: run for run in reversed(runs)}
    heads = [f"{NAMES[run['kind']]} {run['stories']:,}" for run in runs]
    rows = [
        [goal.what, goal.to_reach, *(goal.cell(run, firsts[run["kind"]]) for run in runs)]
        for goal in GOALS
    ]
    return _table(["what", "to reach", *heads], rows)


def _photo(photo: dict[str, float]) -> str:
    rows = [
        ["request beyond the upload", "≤ 300 ms", _judged(photo["request"], 300, " ms")],
        ["memory that comes with it", "≤ 150 MB", _judged(photo["added"], 150, " MB")],
        ["its sizes, × bare Pillow", "≤ 1.3", _judged(photo["ratio"], 1.3, "", 2)],
    ]
    return _table(["a photo of 12 megapixels", "to reach", "measured"], rows)


def _judged(value: float, limit: float, unit: str, digits: int = 0) -> str:
    return f"{value:,.{digits}f}{unit}{'' if value <= limit else MISSED}"


def _http(runs: list[Run]) -> str:
    heads = ["over HTTP", "stories", "CPU ms", "of PostgreSQL", "× floor", "p50 ms", "p99 ms"]
    heads += ["a second", "KB", "compressed", "failed"]
    rows = []
    for run in runs:
        for name, cost in run["http"].items():
            if cost is None:
                continue
            rows.append(
                [
                    f"{NAMES[run['kind']]}: {name}",
                    f"{run['stories']:,}",
                    f"{cost['cpu']:.2f}",
                    f"{cost['database_cpu']:.2f}" if run["kind"] == "postgresql" else "",
                    f"{cost['ratio']:.1f}",
                    f"{cost['p50']:.1f}",
                    f"{cost['p99']:.1f}",
                    f"{cost['per_second']:,.0f}",
                    f"{cost['bytes'] / 1024:.1f}",
                    f"{cost['compressed'] / 1024:.1f}",
                    str(cost["failed"]),
                ]
            )
    return _table(heads, rows)


def _questions(runs: list[Run]) -> str:
    heads = ["database", "stories", "asked for", "questions", "median ms", "worst ms"]
    heads += ["again: median", "again: worst", "own CPU: median", "own CPU: worst"]
    rows = [
        [
            NAMES[run["kind"]],
            f"{run['stories']:,}",
            name,
            str(row["questions"]),
            *(f"{row[figure]:.1f}" for figure in FIGURES),
        ]
        for run in runs
        for name, row in run["rows"].items()
    ]
    return _table(heads, rows)


def _table(heads: list[str], rows: Iterable[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
