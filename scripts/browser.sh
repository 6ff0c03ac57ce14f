#!/bin/sh
# Makes sure that the browser tests find a Chromium; tests/browser/conftest.py knows the same names.
set -eu
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
[ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  printf 'inkling: installing the package chromium for the browser tests ...\n' >&2
  apt-get -qq update >&2
  DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends chromium >&2 && exit 0
fi
printf 'inkling: the browser tests need Chromium or Chrome; on Debian: sudo apt install chromium\n' >&2
exit 1
