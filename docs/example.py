"""A whole consultation on the keyboard: the public interface in ten lines."""

from voice.api import Outcome, Transcript, advance, begin, script, understand

step = begin(script("nl-BE", "kort"))
while not isinstance(step.then, Outcome):
    print(*(line.text for line in step.say), sep="\n")
    words = Transcript(input("> "), confidence=1.0, engine="keyboard")
    step = advance(step.visit, understand(words, step.then))
print(*(line.text for line in step.say), sep="\n")
print(step.then)
