#!/bin/sh
# The browser of the kiosk: one page, no way out of it, nothing kept. It opens the start page of the kiosk, which has the key
# of the screen; systemd hands it over ($CREDENTIALS_DIRECTORY), so that no other user reads it.
#
# "policy", as root: lets the browser open the port in the settings and no other. It writes where only root may.
if [ "${1:-}" = policy ]; then
  port=$(/opt/ruggespraak/bin/ruggespraak kiosk --settings /etc/ruggespraak/settings.yaml --print-port)
  umask 022
  mkdir -p /etc/chromium/policies/managed
  exec sed "s|http://127\.0\.0\.1:[0-9]*|http://127.0.0.1:${port:-8321}|" /opt/ruggespraak/share/chromium-policy.json \
    > /etc/chromium/policies/managed/ruggespraak.json
fi
exec /usr/bin/chromium --kiosk --incognito --user-data-dir="$XDG_RUNTIME_DIR/profile" \
  --ozone-platform=wayland --noerrdialogs --disable-infobars --no-first-run --no-default-browser-check \
  --disable-session-crashed-bubble --overscroll-history-navigation=0 --disable-pinch --password-store=basic \
  --disable-features=Translate,MediaRouter --disable-background-networking --disable-component-update --disable-sync \
  --host-resolver-rules="MAP * ~NOTFOUND, EXCLUDE 127.0.0.1" --disable-breakpad --disable-dev-tools --check-for-update-interval=31536000 --disk-cache-size=1 \
  "file://$CREDENTIALS_DIRECTORY/start.html"
