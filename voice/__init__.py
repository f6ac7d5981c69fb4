"""Ruggespraak: an offline Dutch voice consultation for acute low back pain.

One straight line, walked once for every turn of the conversation:

    microphone -> segment -> recognize -> understand -> advance -> speak
"""

__version__ = "0.1.0"
