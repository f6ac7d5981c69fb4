"""Training of the learned reader (`voice/understand/reader.py`): python -m models.reader train, evaluate."""
