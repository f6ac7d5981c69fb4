"""The chapters before and after an outcome: the last open question, the messages, teach-back, topics."""
