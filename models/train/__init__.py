"""How our Dutch Vosk model is made: speech and phones in, a folder that libvosk loads out. See README.md."""
