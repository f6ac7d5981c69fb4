"""One turn: speak, listen, decide when the answer has ended, let the patient interrupt."""
