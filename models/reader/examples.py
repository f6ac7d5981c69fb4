"""The examples that the reader learns from: what our own templates and sentences say, varied, and spontaneous answers.

1. A question's own phrases, with and without a particle before or behind them; a "nee" before a symptom is neither.
2. Phrases of the language that mean yes, no, or something else, at every question.
3. Sentences of tests/sentences and questions of tests/topics.
4. spontaneous.tsv and answers.tsv: answers as people say them, written for this purpose by different hands, each several times.
5. told.tsv: clauses that tell of an urgent flag, and clauses with the same words that tell of none.

Most examples are also spelt as a dialect would (the spelling table turned round) and with letters lost or doubled, as
an engine that mishears writes them.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import yaml

from voice.consultation.script import Script
from voice.understand.expected import Kind
from voice.understand.grammar.grammar import Grammar
from voice.understand.grammar.phrase import Phrase, Role
from voice.understand.meaning import Meaning
from voice.understand.templates import Group

YES, NO, OTHER = range(3)
"""Columns of the reader's answer weights."""
NONE = ""
"""The flag of an example that mentions none."""
LABELS = {"yes": YES, "no": NO}
SPONTANEOUS = Path(__file__).parent / "spontaneous.tsv"
ANSWERS = Path(__file__).parent / "answers.tsv"
TOLD = Path(__file__).parent / "told.tsv"
LETTERS = "aeiouetnrdl"
AGAIN = 4
"""How often a written answer is learnt, each time spelt anew, because it is worth more than a template."""
MENTIONED_AGAIN = 8
"""The same for what it mentions, where more templates stand beside it."""

Entries = Iterable[tuple[Group, Phrase]]


@dataclass(frozen=True, slots=True)
class Example:
    """A text as an answer to the question of that id: YES, NO or OTHER."""

    question: str
    text: str
    label: int


@dataclass(frozen=True, slots=True)
class Told:
    """A text that mentions the flag of that id as present; NONE if it mentions no urgent flag."""

    text: str
    flag: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table of answers; hand: its writer, if known.

    labels: every label that counts as right, the first one first.
    """

    question: str
    labels: tuple[str, ...]
    text: str
    hand: str = ""


def read_rows(path: Path) -> list[Row]:
    """The rows of a table with the columns question, label and text; hand if known."""
    with path.open(encoding="utf-8") as file:
        return [
            Row(row["question"], tuple(row["label"].split("|")), row["text"], row.get("hand", ""))
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def read_told(path: Path) -> Iterator[Told]:
    """The rows of a table with the columns flag (empty for none) and text, each MENTIONED_AGAIN times."""
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield from [Told(row["text"], row["flag"])] * MENTIONED_AGAIN


class Sampler:
    """Draws phrases of templates, and varies texts."""

    def __init__(self, grammar: Grammar, seed: int) -> None:
        self.random = Random(seed)
        self._variants: dict[str, list[str]] = defaultdict(list)
        for form, words in grammar.spelling.forms.items():
            self._variants[" ".join(words)].append(form)

    def draw(self, entries: Entries, times: int) -> Iterator[tuple[str, Phrase]]:
        """Different phrases of each template, at most so many."""
        for tree, sort in entries:
            drawn = {" ".join(word for word in self._phrase(tree) if word != "*") for _ in range(times)}
            yield from ((phrase, sort) for phrase in sorted(drawn) if phrase)

    def vary(self, text: str) -> str:
        """The text as a dialect or a mishearing engine might write it, or as it is."""
        if self.random.random() < 0.4:
            return text
        spelt = " ".join(self._spell(word) for word in text.split())
        return spelt if self.random.random() < 0.5 else self._mistype(spelt)

    def some(self, texts: Sequence[str], most: int) -> list[str]:
        return self.random.sample(texts, min(len(texts), most))

    def _phrase(self, group: Group) -> list[str]:
        if group.optional and self.random.random() < 0.6:
            return []
        items = self.random.choice(group.choices)
        return [word for item in items for word in ([item] if isinstance(item, str) else self._phrase(item))]

    def _spell(self, word: str) -> str:
        forms = self._variants.get(word)
        return self.random.choice(forms) if forms and self.random.random() < 0.25 else word

    def _mistype(self, text: str) -> str:
        letters = list(text)
        for _ in range(1 + len(text) // 20):
            place = self.random.randrange(len(letters))
            kind = self.random.random()
            letters[place] = self.random.choice(LETTERS) if kind < 0.35 else "" if kind < 0.7 else letters[place] * 2
        return "".join(letters)


@dataclass(frozen=True, slots=True)
class Material:
    """What the project itself says: phrases by question and meaning, phrases of the language, sentences, other questions.

    own: by question id, its phrases for yes and for no. language: by (meaning, role) the phrases of every question.
    sentences: (question or "any", meaning, text). topics: questions of patients about their back.
    """

    own: Mapping[str, Mapping[int, list[str]]]
    language: Mapping[tuple[Meaning, Role], list[str]]
    sentences: tuple[tuple[str, str, str], ...]
    topics: tuple[str, ...]
    urgent: tuple[str, ...]

    @property
    def questions(self) -> tuple[str, ...]:
        return tuple(self.own)

    def phrases(self, meaning: Meaning, *roles: Role) -> list[str]:
        return [phrase for role in roles for phrase in self.language.get((meaning, role), ())]


def gather(script: Script, sampler: Sampler, tests: Path) -> Material:
    """Gather the material of the longest script; `tests` is the folder of the sentences."""
    own: dict[str, dict[int, list[str]]] = {}
    for question in script.questions:
        if question.kind is Kind.FLAG:
            own[question.id] = {YES: [], NO: []}
            for phrase, sort in sampler.draw(question.expected.grammar.written_own, 12):
                if str(sort.meaning) in LABELS:
                    own[question.id][LABELS[str(sort.meaning)]].append(phrase)
    language: dict[tuple[Meaning, Role], list[str]] = defaultdict(list)
    for phrase, sort in sampler.draw(script.readback.expected.grammar.written, 8):
        language[sort.meaning, sort.role].append(phrase)
    urgent = tuple(question.id for question in script.questions if question.mention)
    return Material(own, language, tuple(_sentences(tests / "sentences")), tuple(_topics(tests / "topics")), urgent)


def _sentences(folder: Path) -> Iterator[tuple[str, str, str]]:
    for path in sorted(folder.rglob("*.yaml")):
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        for question, meanings in found.items():
            if question != "known_failures" and isinstance(meanings, dict):
                yield from ((question, meaning, str(text)) for meaning, texts in meanings.items() for text in texts)


def _topics(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.tsv")):
        yield from (line.split("\t")[-1] for line in path.read_text(encoding="utf-8").splitlines()[2:] if line.strip())


def make_examples(material: Material, sampler: Sampler) -> Iterator[Example]:
    """Examples of answers from our own material."""
    for question in material.questions:
        yield from _own_examples(question, material, sampler)
        yield from _language_examples(question, material, sampler)
    for name, meaning, text in material.sentences:
        label = LABELS.get(meaning, OTHER)
        if name == "any":
            yield from (Example(question, text, label) for question in sampler.some(material.questions, 6))
        elif name in material.own:
            yield from [Example(name, text, label)] * 4


def _own_examples(question: str, material: Material, sampler: Sampler) -> Iterator[Example]:
    chance, own = sampler.random.random, material.own[question]
    ja, nee = material.phrases(Meaning.YES, Role.PARTICLE), material.phrases(Meaning.NO, Role.PARTICLE)
    yes = sampler.some(own[YES], 250)
    for phrase in yes:
        yield Example(question, phrase, YES)
        if chance() < 0.5:
            yield Example(question, f"{sampler.random.choice(ja)} {phrase}", YES)
        if chance() < 0.4:
            yield Example(question, f"{sampler.random.choice(nee)} {'maar ' if chance() < 0.5 else ''}{phrase}", OTHER)
        elsewhere = sampler.random.choice(material.questions)
        if elsewhere != question and material.own[elsewhere][YES]:
            yield Example(question, sampler.random.choice(material.own[elsewhere][YES]), OTHER)
    for phrase in own[NO] * max(1, min(4, len(yes) // max(1, len(own[NO])))):
        yield Example(question, phrase, NO)
        if chance() < 0.7:
            yield Example(question, f"{sampler.random.choice(nee)} {phrase}", NO)
        if chance() < 0.3:
            yield Example(question, f"{phrase} {sampler.random.choice(nee)}", NO)
        if chance() < 0.3:
            yield Example(question, f"{sampler.random.choice(ja)} {phrase}", OTHER)


def _language_examples(question: str, material: Material, sampler: Sampler) -> Iterator[Example]:
    deciding = (Role.PHRASE, Role.PARTICLE, Role.ALONE)
    ja, nee = material.phrases(Meaning.YES, Role.PARTICLE), material.phrases(Meaning.NO, Role.PARTICLE)
    yield from (Example(question, phrase, YES) for phrase in sampler.some(material.phrases(Meaning.YES, *deciding), 120))
    yield from (Example(question, phrase, NO) for phrase in sampler.some(material.phrases(Meaning.NO, *deciding), 160))
    for meaning, particles, label, most in ((Meaning.YES, ja, YES, 40), (Meaning.NO, nee, NO, 60)):
        for phrase in sampler.some(material.phrases(meaning, Role.AFTER), most):
            yield Example(question, f"{sampler.random.choice(particles)} {phrase}", label)
    yield from (Example(question, phrase, OTHER) for phrase in sampler.some(_neither(material), 250))
    yield from (Example(question, phrase, OTHER) for phrase in sampler.some(material.topics, 60))


def _neither(material: Material) -> list[str]:
    """Phrases that mean neither yes nor no by themselves."""
    aside = (Role.AROUND, Role.CORRECTION, Role.POLITE)
    return [
        phrase
        for (meaning, role), phrases in material.language.items()
        if meaning not in (Meaning.YES, Meaning.NO) and not (meaning is Meaning.UNCLEAR and role in aside)
        for phrase in phrases
    ]


def make_mentions(material: Material, sampler: Sampler) -> Iterator[Told]:
    """Examples of mentions from our own material: an urgent flag's phrases for yes; everything else mentions none."""
    for question in material.questions:
        flag = question if question in material.urgent else NONE
        yield from (Told(phrase, flag) for phrase in material.own[question][YES])
        yield from (Told(phrase, NONE) for phrase in material.own[question][NO])
    for phrases in material.language.values():
        yield from (Told(phrase, NONE) for phrase in phrases)
    yield from (Told(text, NONE) for text in material.topics)
    for question, meaning, text in material.sentences:
        urgent = meaning == "yes" and question in material.urgent
        yield from [Told(text, question if urgent else NONE)] * (4 if urgent else 2)


def spontaneous_examples(rows: Iterable[Row]) -> Iterator[Example]:
    """Spontaneous answers, each AGAIN times. A label that also allows a read-back is learnt as its first meaning."""
    for row in rows:
        yield from [Example(row.question, row.text, LABELS.get(row.labels[0], OTHER))] * AGAIN


def spontaneous_mentions(rows: Iterable[Row], urgent: Sequence[str]) -> Iterator[Told]:
    for row in rows:
        yes = row.labels[0] == "yes" and row.question in urgent
        yield from [Told(row.text, row.question if yes else NONE)] * MENTIONED_AGAIN
