#!/bin/sh
# Builds a virtual environment with the first Python that is new enough: sh tools/make_venv.sh DIRECTORY
# $python names one; otherwise the usual names are tried, on PATH and in pyenv.
set -eu

is_new_enough='import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'

for candidate in ${python:+"$python"} python3 python python3.13 python3.12 python3.11 python3.14 \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[1-9]*/bin/python3; do
    if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c "$is_new_enough" >/dev/null 2>&1; then
        echo "Building $1 with $("$candidate" --version) ($(command -v "$candidate"))"
        exec "$candidate" -m venv --clear "$1"
    fi
done

cat >&2 <<'TXT'
error: no usable Python was found: reqtrace needs Python 3.11 or newer, with the modules venv and ensurepip.
what to do: Install one (Debian and Ubuntu: apt-get install python3 python3-venv; macOS: brew install python),
            or name one: make PYTHON=/path/to/python3.12
TXT
exit 1
