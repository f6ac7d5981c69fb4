"""Turn sound into a Transcript: the engines, each in a process of its own under one supervisor."""
