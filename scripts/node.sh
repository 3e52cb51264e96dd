#!/bin/sh
# Sees to it that npm 7 or newer is on PATH; where it is missing, Node comes from PyPI into .venv, pinned.
set -eu

version=$(npm --version 2>/dev/null || echo 0)
if [ "${version%%.*}" -lt 7 ]; then
    echo '      没有 Node，从 PyPI 装一个到 .venv（约 60 MB）'
    umask 022
    .venv/bin/python -m pip install -qq --disable-pip-version-check --only-binary :all: \
        --require-hashes -r requirements-node.lock
fi
