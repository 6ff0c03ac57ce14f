#!/bin/sh
# Makes sure that the browser tests find a Chromium; tests/browser/conftest.py knows the same names.
# The headless shell is the same browser without windows. It saves time and can be missing.
set -eu
found() {
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then return 0; fi
  done
  [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]
}
install() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "$@" >&2
}
shell=chromium-headless-shell
offered() { apt-cache show $shell >/dev/null 2>&1; }
if found && { command -v $shell >/dev/null 2>&1 || ! offered; }; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  printf 'inkling: installing Chromium for the browser tests ...\n' >&2
  # Without a network a browser that is here is enough: what is missing is said below.
  apt-get -qq update >&2 || true
  found || install chromium || true
  if offered; then install $shell || true; fi
fi
found && exit 0
printf 'inkling: the browser tests need Chromium or Chrome; on Debian: sudo apt install chromium\n' >&2
exit 1
