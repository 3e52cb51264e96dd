#!/bin/sh
# Fetches the front-end packages of package-lock.json and copies what the pages load into */static/vendor.
set -eu

vendor() {
    folder=$1/static/vendor
    shift
    mkdir -p "$folder"
    for file in "$@"; do
        cp "node_modules/$file" "$folder/"
    done
}

scripts/node.sh
npm ci --loglevel=error
vendor admin htmx.org/dist/htmx.min.js htmx-ext-sse/dist/sse.min.js @tabler/core/dist/css/tabler.min.css \
    @tabler/core/dist/js/tabler.min.js echarts/dist/echarts.min.js
if [ -d miniprogram ]; then
    vendor miniprogram weui/dist/style/weui.min.css
fi
