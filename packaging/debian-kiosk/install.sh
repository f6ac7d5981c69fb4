#!/bin/bash
# Makes a Debian 12 or Raspberry Pi OS machine into a kiosk: starts at boot, with the screen in Chromium.
#
#   sudo packaging/debian-kiosk/install.sh             install, or bring up to date
#   VOICE=pyttsx3 sudo -E packaging/debian-kiosk/install.sh   without Piper, the natural voice (GPL-3)
#   sudo packaging/debian-kiosk/install.sh uninstall   remove everything but the settings
#   sudo packaging/debian-kiosk/install.sh purge       remove the settings too
#
# Installing needs the internet; running does not.
set -euo pipefail

HERE=$(cd "$(dirname "$0")" && pwd)
SOURCE=$(cd "$HERE/../.." && pwd)
PROGRAM=/opt/ruggespraak
SETTINGS=/etc/ruggespraak/settings.yaml
STATE=/var/lib/ruggespraak
CACHE=/var/cache/ruggespraak
LOGIN_SCREEN=/etc/ruggespraak/display-manager  # the name of the one that was switched off, to switch it on again
ASOUND=/proc/asound
POLICY=/etc/chromium/policies/managed/ruggespraak.json
UNITS=(ruggespraak.service ruggespraak-screen.service)
SERVER=ruggespraak-server.service  # put in place and enabled by hand: docs/kiosk.md
PACKAGES=(python3-venv libportaudio2 libespeak-ng1 espeak-ng-data alsa-utils kbd chromium cage xwayland fonts-noto-core)

main() {
  [ "$(id -u)" = 0 ] || fail "Run this with sudo."
  case "${1:-install}" in
    install) install_all ;;
    uninstall) uninstall_all ;;
    purge) uninstall_all; rm -rf "$(dirname "$SETTINGS")"; say "The settings are gone too." ;;
    *) fail "Use install, uninstall or purge." ;;
  esac
}

say() { echo "== $*"; }
fail() { echo "$*" >&2; exit 1; }
running() { [ -d /run/systemd/system ]; }

install_all() {
  say "Packages of Debian"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${PACKAGES[@]}" >/dev/null
  say "Two users without a password: one hears and speaks, the other shows the screen"
  add_user ruggespraak audio
  add_user ruggespraak-screen video,render,input,tty
  say "The program, in $PROGRAM"
  install_program
  say "Settings, in $SETTINGS"
  install_settings
  say "Models and speech (a few minutes the first time)"
  prepare
  say "Start at boot"
  install_units
  say "Acceptance test"
  as_service check && say "Everything works." || say "Something is not right yet; the lines marked FOUT say what to do."
}

add_user() {
  id "$1" >/dev/null 2>&1 || useradd --system --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin "$1"
  local group
  for group in ${2//,/ }; do
    ! getent group "$group" >/dev/null || usermod -aG "$group" "$1"
  done
}

install_program() {
  [ -x "$PROGRAM/bin/python" ] || /usr/bin/python3 -m venv "$PROGRAM"
  # Root runs no code that no lock names: the build backends are locked too, and go once the program is built.
  install_packages --require-hashes --only-binary=:all: -r "$SOURCE/requirements-build.lock"
  install_packages --require-hashes --only-binary=:all: --no-binary=srt -r "$HERE/requirements.lock"
  install_packages --force-reinstall "$SOURCE"
  "$PROGRAM/bin/pip" uninstall --quiet --yes --requirement "$SOURCE/requirements-build.lock"
}

install_packages() {
  "$PROGRAM/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation --use-pep517 "$@"
}

install_settings() {
  install -d -m 0750 -o root -g ruggespraak "$(dirname "$SETTINGS")"
  if [ ! -e "$SETTINGS" ]; then
    FRESH=yes
    { cat "$SOURCE/settings.example.yaml"; printf '\nmodels: %s/models\n' "$STATE"; } > "$SETTINGS"
  fi
  # The PIN of the staff is in it.
  chown root:ruggespraak "$SETTINGS" && chmod 0640 "$SETTINGS"
}

# Somebody who sits at the machine is asked once, before the kiosk takes the sound card. `setup` can be run again at any time.
ask_settings() {
  if [ -n "${FRESH:-}" ] && [ -t 0 ]; then
    "$PROGRAM/bin/ruggespraak" setup --settings "$SETTINGS" || say "The questions were not all answered; ask again with: ruggespraak setup"
  fi
}

prepare() {
  install -d -m 0755 "$STATE" "$STATE/models"
  install -d -m 0700 -o ruggespraak -g ruggespraak "$CACHE"
  local own
  for own in "$SOURCE"/models/*-nl-ruggespraak; do
    [ ! -d "$own" ] || cp -r "$own" "$STATE/models/"
  done
  "$PROGRAM/bin/ruggespraak" models fetch --settings "$SETTINGS"
  bash "$SOURCE/packaging/natural-voice.sh" "$PROGRAM" --settings "$SETTINGS"
  ask_settings
  as_service prepare
}

as_service() {
  runuser -u ruggespraak -- env -C / RUGGESPRAAK_CACHE="$CACHE" HOME=/nonexistent "$PROGRAM/bin/ruggespraak" "$1" --settings "$SETTINGS"
}

install_units() {
  local unit
  for unit in "${UNITS[@]}"; do install -m 0644 "$HERE/$unit" "/etc/systemd/system/$unit"; done
  install -m 0755 "$HERE/screen.sh" "$PROGRAM/bin/ruggespraak-screen"
  install -D -m 0644 -t "$PROGRAM/share" "$HERE/chromium-policy.json"
  install -D -m 0644 -t "$PROGRAM/share/xkb/rules" "$HERE/xkb/rules/ruggespraak"
  install -D -m 0644 -t "$PROGRAM/share/xkb/symbols" "$HERE/xkb/symbols/ruggespraak"
  "$PROGRAM/bin/ruggespraak-screen" policy
  unmute_loudspeakers
  if running; then
    switch_off_login_screen
    systemctl daemon-reload
    systemctl set-default graphical.target >/dev/null
    systemctl enable "${UNITS[@]}"
    systemctl restart "${UNITS[@]}" || say "The kiosk does not start yet; the acceptance test says why."
  else
    say "systemd does not run here; the units are in place, but nothing was started"
  fi
}

# Every card, because a USB loudspeaker is not the first one; and it is still so after the next start.
unmute_loudspeakers() {
  local card control
  command -v amixer >/dev/null || return 0
  for card in "$ASOUND"/card[0-9]*; do
    for control in Master PCM Speaker Headphone Headset; do
      amixer -q -c "${card##*/card}" sset "$control" 80% unmute 2>/dev/null || true
    done
  done
  alsactl store 2>/dev/null || true
}

# A login screen takes the display, on Raspberry Pi OS on the very console of the kiosk.
switch_off_login_screen() {
  local manager
  manager=$(systemctl show --property=Id --value display-manager.service)
  if [ "$manager" != display-manager.service ] && systemctl is-enabled --quiet "$manager"; then
    say "The login screen ($manager) is switched off; uninstall switches it on again"
    echo "$manager" > "$LOGIN_SCREEN"
    systemctl disable --now "$manager"
  fi
}

switch_on_login_screen() {
  if [ -e "$LOGIN_SCREEN" ]; then
    systemctl enable "$(cat "$LOGIN_SCREEN")" || true
    rm -f "$LOGIN_SCREEN"
  fi
}

uninstall_all() {
  local all=("${UNITS[@]}" "$SERVER")
  if running; then systemctl disable --now "${all[@]}" 2>/dev/null || true; fi
  rm -f "${all[@]/#//etc/systemd/system/}" "$POLICY"
  if running; then systemctl daemon-reload; switch_on_login_screen; fi
  rm -rf "$PROGRAM" "$STATE" "$CACHE" /run/ruggespraak
  local user
  for user in ruggespraak ruggespraak-screen; do ! id "$user" >/dev/null 2>&1 || userdel "$user"; done
  say "Removed. The packages of Debian stay; so do the settings in $SETTINGS."
}

main "$@"
