#!/bin/sh
# Gets an nginx for the tests behind a proxy; tests/nginx.py knows the same places. Without one those
# tests are skipped, so nothing here is a failure. Debian's package is unpacked, not installed: an
# installed nginx would be started as a service.
set -eu
for place in .venv/nginx/usr/sbin /usr/sbin /usr/local/sbin /usr/local/bin /opt/homebrew/bin; do
  [ -x "$place/nginx" ] && exit 0
done

# The program is in the package nginx since Debian 12, in nginx-light before.
unpack() {
  (cd "$new" && apt-get -qq download "$1" && dpkg -x "$1"_*.deb unpacked) >&2 &&
    [ -x "$new/unpacked/usr/sbin/nginx" ]
}

if command -v apt-get >/dev/null 2>&1 && command -v dpkg >/dev/null 2>&1; then
  printf 'inkling: fetching nginx for the tests behind a proxy ...\n' >&2
  if [ "$(id -u)" = 0 ]; then apt-get -qq update >&2 || true; fi
  new=$(mktemp -d)
  chmod 755 "$new"
  if unpack nginx || unpack nginx-light; then
    rm -rf .venv/nginx && mv "$new/unpacked" .venv/nginx && rm -rf "$new" && exit 0
  fi
  rm -rf "$new"
fi
printf 'inkling: no nginx: the tests behind one are skipped. On Debian: sudo apt install nginx-light\n' >&2
