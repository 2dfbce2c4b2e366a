"""What was found, as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .findings import Finding

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def markdown(about: dict[str, Any], findings: Sequence[Finding]) -> str:
    """The table, and below it whatever did not hold."""
    lines = [
        f"Tried on {about['day']} at {about['commit']}, with Python {about['python']} on "
        f"{about['cores']} cores.",
        "",
        "| what was done | database | held | figures | seconds |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in findings:
        figures = " · ".join(f"{name}: {value}" for name, value in one.figures.items())
        held = "yes" if one.held else "**no**"
        row = [one.name, NAMES[one.kind], held, figures, f"{one.seconds:.0f}"]
        lines.append(f"| {' | '.join(row)} |")
    if about["left_out"]:
        lines += ["", "Left out: " + "; ".join(about["left_out"]) + "."]
    for one in findings:
        lines += [f"\n{one.name}, {NAMES[one.kind]}: {broken}" for broken in one.broken]
    return "\n".join(lines) + "\n"


def write(folder: Path, about: dict[str, Any], findings: Sequence[Finding]) -> str:
    """Put both into the folder; the table once more for whoever reads along."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {"about": about, "findings": [asdict(one) | {"held": one.held} for one in findings]}
    (folder / "torture.json").write_text(json.dumps(found, indent=1) + "\n")
    table = markdown(about, findings)
    (folder / "torture.md").write_text(table)
    return table
