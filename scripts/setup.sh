#!/bin/sh
# Usage: scripts/setup.sh requirements.txt|requirements-dev.txt
# Makes .venv and installs the file into it. Does nothing when that was done already,
# so that a second `make run` starts at once. PYTHON chooses the interpreter.
set -eu
requirements=$1

say() { printf 'inkling: %s\n' "$*" >&2; }
fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

stamp=.venv/.installed
sum=$(cat requirements.txt "$requirements" | cksum)
if [ -x .venv/bin/python ] && grep -qsxF "$requirements $sum" "$stamp"; then exit 0; fi
# What tests need holds what the program needs.
both=$(cat requirements.txt requirements-dev.txt | cksum)
if [ -x .venv/bin/python ] && grep -qsxF "requirements-dev.txt $both" "$stamp"; then exit 0; fi

python=
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
  if command -v "$candidate" >/dev/null 2>&1 && fits "$candidate"; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
  found=$("${PYTHON:-python3}" --version 2>&1) || found="no python3"
  say "needs Python 3.11, 3.12 or 3.13 and found $found. Install one, or name it: PYTHON=/path/to/python3.12 make run"
  exit 1
fi
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
  say "$python has no venv module. On Debian or Ubuntu: apt install python3-venv"
  exit 1
fi

say "installing into .venv (once; a few minutes, about 2.5 GB) ..."
[ -x .venv/bin/python ] && fits .venv/bin/python || "$python" -m venv --clear .venv
if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$requirements"; then
  say "pip could not install $requirements (its message is above); is there a connection to a package index, and space on the disk?"
  exit 1
fi
printf '%s %s\n' "$requirements" "$sum" >"$stamp"
