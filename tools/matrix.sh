#!/bin/sh
# Runs the tests on both ends of the supported range: Python 3.11 with Django 5.2, and the newest
# Python found (3.12 or later) with Django 6.1, on both databases. Each lane has an environment of
# its own.
set -eu

find_python() { # find_python "(3, 12) <= version" NAMES…
    condition=$1
    shift
    for candidate in "$@" "$HOME"/.pyenv/versions/*/bin/python; do
        if "$candidate" -c "import sys, venv; version = sys.version_info[:2]; sys.exit(not ($condition))" 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "No Python found for the lane: $condition" >&2
    exit 1
}

oldest=$(find_python "version == (3, 11)" python3.11 python3)
newest=$(find_python "version >= (3, 13)" python3.14 python3.13 python3 2>/dev/null ||
    find_python "version >= (3, 12)" python3.12 python3)

for python in "$oldest" "$newest"; do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    PYTHON=$python make --no-print-directory VENV=".venv-$version" ".venv-$version/.test" browser validator fonts postgres
    ".venv-$version/bin/python" -c 'import django, sys; print(f"Python {sys.version.split()[0]}, Django {django.__version__}")'
    tests="-m pytest -n auto --dist loadgroup --no-loadscope-reorder -q"
    ".venv-$version/bin/python" $tests
    ".venv-$version/bin/python" tools/postgres.py ".venv-$version/bin/python" $tests -m "not browser"
done
