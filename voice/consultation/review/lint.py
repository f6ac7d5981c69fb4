"""Find what is wrong with the Dutch, the sources and the order of a script: remarks for its author.

The loader refuses what cannot run. This refuses what runs but does harm to the ear or to the proof. Rules:

Every sentence
 1. addresses the patient with u and uw;
 2. holds no invisible character;
 3. holds no digits or initials after the pronunciation has been applied;
 4. names no dose;
 5. has at most 15 words and, from 8 words on, a readability of at least 25.
Every question
 6. holds no negation (docs/grounds.md, rule 6);
 7. asks one thing; a follow-up may ask whether it is new or worse, because yes to either means the same;
 8. is one sentence with one question mark at its end, and its clarification says something else;
 9. is also put if the question that opens its gate has no answer, if it is about a flag of its own;
17. is spoken back in statements, a yes and a no in different words.
The whole script
10. has at most 4 sentences in one portion of advice;
11. says nothing twice in the same words;
12. has only rules that are more urgent than each of their flags;
13. has only gates that can open;
14. has a readability of at least 70 (language level B1; 70 to 80 is easy Dutch).
A locale
15. has no question that none of its scripts asks;
16. has in mentions.yaml words (anchors) for every flag that is listened for, and names no question there that there is not.

Readability is the formula of Flesch-Douma, which textstat uses for Dutch:
206.835 - 0.93 * words a sentence - 77 * syllables a word.
Pure, except for reading the file to name the line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from voice.base.inheritance import read_layered
from voice.base.yamlfile import read_yaml
from voice.consultation.script import Finding, Level, Question, Script
from voice.speak.pronounce import Lexicon, count_syllables, pronounce
from voice.speak.utterance import Utterance
from voice.understand.grammar.loader import find_files
from voice.understand.listening import NAME as MENTIONS

LONGEST = 15
"""Words in a sentence."""

PORTION = 4
"""Sentences of advice in one portion."""

READABLE, SENTENCE_READABLE = 70.0, 25.0
"""Least readability of a whole script, and of a single long sentence."""

_SENTENCE = re.compile(r"(?<=[.!?:])\s+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+")
_FAMILIAR = re.compile(r"\b(je|jij|jou|jouw|jullie|jezelf|ge|gij|gijlie)\b", re.IGNORECASE)
_NEGATION = re.compile(r"\b(niet|geen|nooit|niets|niemand|nergens|toch|noch)\b", re.IGNORECASE)
_DOUBLE = re.compile(r"\b(of|en/of)\b", re.IGNORECASE)
_INITIALS = re.compile(r"\b[A-Z]{2,}\b")
_UNSEEN = ("Cf", "Cc", "Co", "Zs", "Zl", "Zp")
_DOSE = re.compile(r"\b(\d+|een|twee|drie|vier)\s*(milligram|mg|gram|tablet(ten)?|pil(len)? per)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is wrong: where it stands, what it is, and how to mend it."""

    where: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.problem} {self.remedy}"


def lint(script: Script, lexicon: Lexicon, folder: Path) -> tuple[Remark, ...]:
    """Return every remark on a script (rules 1 to 14 and 17), each once. Raises ScriptError as reading does."""
    places = _Places(folder)
    found = [
        *(remark for utterance in script.utterances() for remark in _check_utterance(utterance, lexicon, places)),
        *(remark for question in (*script.questions, *script.coached) for remark in _check_question(question, places)),
        *(remark for topic in script.topics for line in topic.lines for remark in _check_portion(line, places)),
        *_find_twice(script, places),
        *_check_rules(script, folder),
        *_check_gates(script, folder),
        *_check_readability(script),
    ]
    return tuple(dict.fromkeys(found))


def find_unasked(folder: Path, scripts: Iterable[Script]) -> Iterator[Remark]:
    """Find the questions of a locale that none of its scripts asks (rule 15)."""
    asked = {question.id for script in scripts for question in script.questions}
    for entry in read_layered(folder / "questions.yaml").each("questions"):
        if entry.text("id") not in asked:
            told = entry.complain("id", f"no script asks '{entry.text('id')}'.", "Add it to ask of a script, or remove it.")
            where, _, problem = told.problem.partition(": ")
            yield Remark(where, problem, told.remedy)


def find_unheard(folder: Path, scripts: Iterable[Script]) -> Iterator[Remark]:
    """Find flags that are listened for without words of their own, and words for what is no such flag (rule 16)."""
    scripts = tuple(scripts)
    listened = {question.id for script in scripts for question in script.questions if question.mention}
    put = {question.id for script in scripts for question in script.consulted()}
    known = {entry.text("id") for entry in read_layered(folder / "questions.yaml").each("questions")}
    for path in find_files(folder, MENTIONS):
        place = read_yaml(path)
        anchors, more = place.inside("anchors").section, place.inside("more")
        named = {*anchors, *more.names(), *place.texts("lasting"), *place.texts("onsets")} - known
        named |= {at for name in more.names() for at in more.inside(name).texts("at")} - known - put
        for name in sorted(named):
            yield Remark(f"{path}, {name}", "there is no such question.", "Correct the id, or remove its words.")
        for name in sorted(listened - {*anchors}):
            yield Remark(f"{path}, anchors", f"'{name}' is listened for and has no words of its own.", "Add some.")


class _Places:
    """Finds the line on which a sentence stands, by its first words."""

    def __init__(self, folder: Path) -> None:
        self._files = [(path, path.read_text(encoding="utf-8").splitlines()) for path in _list_files(folder)]

    def find(self, utterance: Utterance) -> str:
        """Return file, line and id of a sentence; only its id if no file holds it."""
        head = re.split(r"[{\"]", utterance.text)[0].strip()[:40]
        found = ((path, number) for path, lines in self._files for number, line in enumerate(lines, 1) if head and head in line)
        path, number = next(found, (None, 0))
        return f"{path}, line {number}, {utterance.id}" if path else utterance.id


def _list_files(folder: Path) -> Iterator[Path]:
    """List the files that hold sentences; those of the locale before those that it inherits from."""
    for name in ("questions.yaml", "advice.yaml", "lines.yaml", "movements.yaml", "practice.yaml"):
        yield from read_layered(folder / name).paths()


# --- every sentence -----------------------------------------------------------------------------


def split_sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.split(text.strip()) if _WORD.search(part)]


def split_words(text: str) -> list[str]:
    return _WORD.findall(text)


def measure_readability(text: str) -> float:
    """Return the score of Flesch-Douma: about 100 is very easy, 60 ordinary, below 30 very hard."""
    said = split_words(text)
    if not said:
        return 100.0
    spoken = sum(max(1, count_syllables(word)) for word in said)
    return 206.835 - 0.93 * len(said) / max(1, len(split_sentences(text))) - 77.0 * spoken / len(said)


def _check_utterance(utterance: Utterance, lexicon: Lexicon, places: _Places) -> Iterator[Remark]:
    """Check what holds for every sentence (rules 1 to 5)."""
    where, text = places.find(utterance), utterance.text
    for told in (*_check_address(text), *_check_signs(text), *_check_spoken(pronounce(text, lexicon)), *_check_dose(text)):
        yield Remark(where, *told)
    for sentence in split_sentences(text):
        yield from (Remark(where, *told) for told in _check_sentence(sentence))


def _check_address(text: str) -> Iterator[tuple[str, str]]:
    """Check rule 1."""
    for word in _FAMILIAR.findall(text):
        yield f"'{word}' is familiar.", "Patients are addressed with u and uw."


def _check_signs(text: str) -> Iterator[tuple[str, str]]:
    """Check rule 2."""
    for sign in sorted({sign for sign in text if unicodedata.category(sign) in _UNSEEN and sign != " "}):
        name = unicodedata.name(sign, f"U+{ord(sign):04X}").lower()
        yield f"there is an invisible character ({name}).", "Type the sentence again instead of pasting it."


def _check_spoken(spoken: str) -> Iterator[tuple[str, str]]:
    """Check rule 3 in a text as the voice is to say it."""
    for found in (*re.findall(r"\d+", spoken), *_INITIALS.findall(spoken)):
        yield f"the voice cannot be trusted to say '{found}'.", "Write it out in words, or add it to pronunciation.yaml."


def _check_dose(text: str) -> Iterator[tuple[str, str]]:
    """Check rule 4."""
    if _DOSE.search(text):
        yield "this sounds like a dose.", "Leave doses to the doctor or the pharmacist."


def _check_sentence(sentence: str) -> Iterator[tuple[str, str]]:
    """Check rule 5."""
    count = len(split_words(sentence))
    if count > LONGEST:
        yield f"a sentence has {count} words: '{sentence[:40]}...'.", f"At most {LONGEST} can be followed by ear; make two of it."
    if count >= 8 and measure_readability(sentence) < SENTENCE_READABLE:
        yield f"a sentence is hard to follow: '{sentence[:40]}...'.", "Use shorter words."


# --- questions ----------------------------------------------------------------------------------


def _check_question(question: Question, places: _Places) -> Iterator[Remark]:
    """Check what holds for every question (rules 6 to 9 and 17)."""
    for utterance in (question.ask, question.ask_clearer):
        asked = [sentence for sentence in split_sentences(utterance.text) if sentence.endswith("?")]
        yield from (Remark(places.find(utterance), *told) for told in _check_asked(asked, bool(question.recent_of)))
    for told in _check_form(question):
        yield Remark(places.find(question.ask), *told)
    for utterance in (question.spoken_back, question.spoken_denied, question.spoken_mention):
        if "?" in utterance.text:
            yield Remark(places.find(utterance), "it asks something.", "The question follows by itself; say what was heard.")
    if question.positive and question.positive == question.negative:
        yield Remark(places.find(question.spoken_denied), "a no is read back as a yes.", "Say what the patient has not.")


def _check_asked(asked: Iterable[str], of_change: bool) -> Iterator[tuple[str, str]]:
    """Check rules 6 and 7 in the sentences that ask. of_change: they ask whether something is new or worse."""
    for sentence in asked:
        for word in _NEGATION.findall(sentence):
            yield f"the question holds '{word}', so that yes and no become ambiguous.", "Ask for what is there."
        if _DOUBLE.search(sentence) and not of_change:
            yield "two things are asked at once ('of').", "Ask one; put the other in an example before it."


def _check_form(question: Question) -> Iterator[tuple[str, str]]:
    """Check rules 8 and 9."""
    if question.text.count("?") != 1 or not question.text.endswith("?"):
        yield "a question must be one sentence with one question mark, at its end.", "Put the rest under clarify or explain."
    if question.text == question.clarify:
        yield "clarify repeats the question.", "Give an example, and ask again in other words."
    if (
        question.gate
        and not question.recent_of
        and question.settles == question.id
        and Finding.UNKNOWN not in question.gate.findings
    ):
        yield "it is skipped when the question before it has no answer.", "Add unknown to the findings of its gate."


# --- advice and the whole -----------------------------------------------------------------------


def _check_portion(line: Utterance, places: _Places) -> Iterator[Remark]:
    """Check rule 10."""
    if len(split_sentences(line.text)) > PORTION:
        yield Remark(places.find(line), f"a portion has more than {PORTION} sentences.", "Cut it in two lines.")


def _find_twice(script: Script, places: _Places) -> Iterator[Remark]:
    """Check rule 11."""
    seen: dict[str, str] = {}
    for utterance in script.utterances():
        first = seen.setdefault(" ".join(split_words(utterance.text)).casefold(), utterance.id)
        if first != utterance.id:
            yield Remark(places.find(utterance), f"the same words as {first}.", "Say it once, or say it differently.")


def _check_rules(script: Script, folder: Path) -> Iterator[Remark]:
    """Check rule 12."""
    for rule in script.rules:
        alone = [script.question(name).level for name in rule.when if script.question(name).level is not Level.NONE]
        if any(level.urgency <= rule.level.urgency for level in alone):
            where = f"{folder / script.id}.yaml, rule {rule.id}"
            yield Remark(where, f"one of its flags is {rule.level} or more urgent already.", "Remove the rule.")


def _check_gates(script: Script, folder: Path) -> Iterator[Remark]:
    """Check rule 13."""
    for question in script.questions:
        gate = question.gate
        if gate and not any(_goes_on(script, name, finding) for name in gate.questions for finding in gate.findings):
            where = f"{folder / script.id}.yaml, question {question.id}"
            yield Remark(where, "it can never be asked: its gate cannot open.", "Open it on another finding, or remove it.")


def _goes_on(script: Script, name: str, finding: Finding) -> bool:
    """Whether questions follow after this finding: after an emergency only if it was denied, or if it has a follow-up."""
    question = script.question(name)
    return finding is Finding.ABSENT or not question.is_emergency or (question.recent is not None and finding is Finding.PRESENT)


def _check_readability(script: Script) -> Iterator[Remark]:
    """Check rule 14."""
    score = measure_readability(" ".join(utterance.text for utterance in script.utterances()))
    if score < READABLE:
        problem = f"its readability is {score:.0f}, below {READABLE:.0f}."
        yield Remark(f"{script.locale}/{script.id}", problem, "Use shorter words and sentences.")
