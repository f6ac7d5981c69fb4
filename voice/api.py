"""Hold a consultation in ten lines, without audio: the public interface.

```python
from voice.api import Outcome, Transcript, advance, begin, script, understand

step = begin(script("nl-BE", "kort"))
while not isinstance(step.then, Outcome):
    print(*(line.text for line in step.say), sep="\\n")
    words = Transcript(input("> "), confidence=1.0, engine="keyboard")
    step = advance(step.visit, understand(words, step.then))
print(*(line.text for line in step.say), sep="\\n")
print(step.then)
```

`begin` and `advance` are pure and hold the whole protocol; `understand` returns what words mean as an answer to the
question that was put. All values are immutable: keep a `Step`, go on from it twice, compare two of them.
This module stays as it is within a major version; the rest of the package may change.
"""

from __future__ import annotations

from datetime import date

from voice.base.errors import RuggespraakError, ScriptError
from voice.base.paths import find_shipped
from voice.consultation.dialogue import advance, begin
from voice.consultation.loader import Details, load_script, locales, scripts
from voice.consultation.script import Finding, Level, Question, Script, Topic
from voice.consultation.triage import judge
from voice.consultation.visit import Outcome, Phase, Step, Visit
from voice.recognize.transcript import NEUTRAL, Transcript, Trust
from voice.speak.utterance import Utterance
from voice.understand.answer import understand as understand_expected
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Days, Meaning

__all__ = [
    "Answer",
    "Days",
    "Details",
    "Finding",
    "Kind",
    "Level",
    "Meaning",
    "Outcome",
    "Phase",
    "Question",
    "RuggespraakError",
    "Script",
    "ScriptError",
    "Step",
    "Topic",
    "Transcript",
    "Trust",
    "Utterance",
    "Visit",
    "advance",
    "begin",
    "judge",
    "load_script",
    "locales",
    "script",
    "scripts",
    "understand",
]


def understand(transcript: Transcript, question: Question, trust: Trust = NEUTRAL, today: date | None = None) -> Answer:
    """Return what the transcript means as an answer to the question.

    trust: how much the engine's confidence counts. today: for "sinds maandag"; without it a calendar day gives a wide
    range or UNCLEAR.
    """
    return understand_expected(transcript, question.expected, trust, today)


def script(locale: str = "nl-BE", name: str = "kort", details: Details = Details()) -> Script:
    """Return a script that comes with the program, with the practice's details filled in.

    Raises ScriptError, which names the choices, if there is no such locale or script.
    """
    return load_script(find_shipped("prompts") / locale, name, details)
