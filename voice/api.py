"""The public interface: a consultation in ten lines, without audio.

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

`begin` and `advance` are pure and hold the whole protocol; `understand` tells what words mean for the question that
was put. Everything here is a value that cannot be changed: keep a `Step`, go on from it twice, compare two of them.
What stands in this module stays as it is within a major version; the rest of the package may change.
"""

from __future__ import annotations

from voice.answer import understand
from voice.dialogue import advance, begin
from voice.errors import RuggespraakError, ScriptError
from voice.judge import judge
from voice.meaning import Answer, Days, Meaning
from voice.places import shipped
from voice.prompts import Details, load_script, locales, scripts
from voice.recognize import Transcript, Trust
from voice.script import Finding, Kind, Level, Question, Script, Topic, Utterance
from voice.visit import Outcome, Phase, Step, Visit

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


def script(locale: str = "nl-BE", name: str = "kort", details: Details = Details()) -> Script:
    """A script that comes with the program, with the practice's details filled in.

    Raises ScriptError, with the choices there are, for a locale or name that is not there.
    """
    return load_script(shipped("prompts") / locale, name, details)
