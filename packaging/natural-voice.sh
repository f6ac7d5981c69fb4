#!/bin/bash
# Gives a machine a natural Dutch voice if its files can be reached: they are asked for first, within 3 s. Nothing fails for want of it.
#
#   packaging/natural-voice.sh ENVIRONMENT [OPTION...]   the options go to `ruggespraak models`
#   packaging/natural-voice.sh ENVIRONMENT piper         only Piper, without asking and without voices; fails if it cannot
#
# VOICE=pyttsx3 declines.
set -uo pipefail

SOURCE=$(cd "$(dirname "$0")/.." && pwd)
ENVIRONMENT=$1
shift
VOICES=(nl_BE-rdh-medium nl_NL-alex-medium)
BETTER="Until then the plain voice of the computer speaks. A natural one later, with internet: \`make piper\`, or run the installer again."

install_piper() {
  local own=$ENVIRONMENT/piper-env
  [ -x "$own/bin/python" ] || "$ENVIRONMENT/bin/python" -m venv "$own" || return 1
  "$own/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary=:all: \
    -r "$SOURCE/requirements-piper.lock"
}

if [ "${1:-}" = piper ]; then
  install_piper
  exit
fi
[ "${VOICE:-}" != pyttsx3 ] || exit 0
if ! "$ENVIRONMENT/bin/ruggespraak" models reach "${VOICES[@]}" "$@"; then
  echo "$BETTER"
  exit 0
fi
echo "The natural voice: Piper, a separate program with the licence GPL-3, in an environment of its own (VOICE=pyttsx3 declines) ..."
install_piper && "$ENVIRONMENT/bin/ruggespraak" models fetch "${VOICES[@]}" "$@" || echo "The natural voice did not come. $BETTER"
exit 0
