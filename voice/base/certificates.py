"""How certificates are tested on a machine that may have no clock."""

IGNORE_DATES = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python does not name: a kiosk may have no clock that runs while it is off, so the
dates of a certificate that the practice made itself do not count."""
