"""Bridges to what practices already run: thin, optional, each over the same dialogue core."""
