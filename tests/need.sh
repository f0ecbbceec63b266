#!/bin/sh
# Sees that a program which the tests drive is there: `need.sh chromium`, `need.sh postgresql`, `need.sh g++`.
# Installs it with apt where that can be done; otherwise says in one line what is missing. Of the browser its headless
# shell is wanted first, which takes a third of the time (tests/chromium.py); the browser itself does as well.
set -u
case "$1" in
  chromium-headless-shell) found() { command -v chromium-headless-shell || command -v chrome-headless-shell; } ;;
  chromium)
    sh "$0" chromium-headless-shell 2>/dev/null && exit 0
    found() { command -v chromium || command -v chromium-browser || command -v google-chrome; } ;;
  g++) found() { command -v g++; } ;;
  postgresql) found() { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; } ;;
  *) echo "need.sh: unknown: $1" >&2; exit 2 ;;
esac
if found >/dev/null 2>&1; then exit 0; fi
if command -v apt-get >/dev/null 2>&1; then
  as_root=""
  if [ "$(id -u)" != 0 ]; then as_root="sudo -n"; fi
  export DEBIAN_FRONTEND=noninteractive
  $as_root apt-get update -qq >/dev/null 2>&1
  $as_root apt-get install -y -qq --no-install-recommends "$1" >/dev/null 2>&1
fi
if found >/dev/null 2>&1; then exit 0; fi
echo "The tests need $1: please install it with your package manager, then run make test again." >&2
exit 1
