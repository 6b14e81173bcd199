#!/usr/bin/env bash
# The browser tests drive Debian's Chromium; Chinese texts need a font that has the characters.
set -euo pipefail
[ -x /usr/bin/chromium ] && fc-list 2>/dev/null | grep -q "Noto Sans CJK" && exit 0
[ "$(id -u)" = 0 ] && sudo="" || sudo="sudo"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo apt-get install -y -qq chromium fonts-noto-cjk >/dev/null
