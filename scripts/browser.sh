#!/bin/sh
# The browser tests want Chromium and Chinese fonts: as root on Debian they are installed when no browser is found.
set -eu

if [ -n "${LINLI_CHROMIUM:-}" ]; then
    exit 0
fi
for browser in chromium chromium-browser google-chrome; do
    if command -v "$browser" >/dev/null; then
        exit 0
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo '安装 Chromium 和中文字体，供浏览器测试使用（约 150 MB）'
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; } && exit 0
fi
echo '警告：没有 Chromium，浏览器测试会跳过。请安装它，或用 LINLI_CHROMIUM 指明它在哪里。' >&2
