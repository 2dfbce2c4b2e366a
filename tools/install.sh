#!/bin/sh
# Makes the environment FOLDER and installs the locked packages of FILE into it, checked by hash.
# Usage: tools/install.sh FOLDER FILE. PYTHON=… names the interpreter to use.
set -eu
folder=$1 file=$2

# A version manager may offer a name that fails when it is run, so each candidate is run.
find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if "$candidate" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Retold needs Python 3.11 or newer. None was found; PYTHON=/path/to/python names one." >&2
    exit 1
}

if ! "$folder/bin/python" -c '' 2>/dev/null; then
    python=$(find_python)
    echo "Making $folder with $("$python" --version) …"
    "$python" -m venv --clear "$folder"
fi

echo "Installing $file …"
if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then
    uv pip install --quiet --python "$folder/bin/python" --require-hashes -r "$file"
else
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$file"
fi
