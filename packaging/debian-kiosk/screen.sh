#!/bin/sh
# The browser of the kiosk: one page, no way out of it, nothing kept. Its address follows the settings.
# "port", as root: writes it down for the browser's user, who may not read the settings, because the PIN is in them.
known=/run/ruggespraak-screen/port
if [ "${1:-}" = port ]; then
  sed -n 's/^  port: *\([0-9]*\).*/\1/p' /etc/ruggespraak/settings.yaml | head -n 1 > "$known"
  exec chmod 0644 "$known"
fi
port=$(cat "$known" 2>/dev/null)
exec /usr/bin/chromium --kiosk --incognito --user-data-dir=/run/ruggespraak-screen/profile \
  --ozone-platform=wayland --noerrdialogs --disable-infobars --no-first-run --no-default-browser-check \
  --disable-session-crashed-bubble --overscroll-history-navigation=0 --disable-pinch --password-store=basic \
  --disable-features=Translate,MediaRouter --disable-background-networking --disable-component-update --disable-sync \
  --disable-breakpad --disable-dev-tools --check-for-update-interval=31536000 --disk-cache-size=1 \
  "http://127.0.0.1:${port:-8321}/"
