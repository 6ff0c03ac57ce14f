#!/bin/sh
# Makes sure that `make browsers` finds Firefox and WebKit; tests/browsers/ knows the same names.
set -eu
missing=
command -v firefox-esr >/dev/null 2>&1 || missing="$missing firefox-esr"
command -v WebKitWebDriver >/dev/null 2>&1 || missing="$missing webkit2gtk-driver"
command -v Xvfb >/dev/null 2>&1 || missing="$missing xvfb"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  printf 'inkling: installing%s ...\n' "$missing" >&2
  apt-get -qq update >&2
  # shellcheck disable=SC2086 # one word for each package
  DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends $missing >&2 && exit 0
fi
printf 'inkling: make browsers needs, on Debian: sudo apt install%s\n' "$missing" >&2
exit 1
