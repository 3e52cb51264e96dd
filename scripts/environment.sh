#!/bin/sh
# Makes .venv with the first Python of at least 3.11; PYTHON names another one to take.
set -eu

for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "${python:-}" ]; then
    echo '没有找到 3.11 或更新的 Python：请先安装（Debian、Ubuntu：sudo apt install python3 python3-venv），' >&2
    echo '或者用 make run PYTHON=/路径/python3.12 指明它在哪里。' >&2
    exit 1
fi

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "这个 Python 缺少 venv：请先安装，例如 sudo apt install $package，再试一次。" >&2
        exit 1
    fi
    echo "      安装 $package"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >/dev/null
fi

umask 022
"$python" -m venv --clear .venv
