"""python -m models.reader train: fits the learned reader and writes its weights. evaluate: the answers of
each hand, read by a reader that has seen only those of the others. A minute and five, on one core."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.reader.examples import (
    ANSWERS,
    NONE,
    SPONTANEOUS,
    TOLD,
    Material,
    Row,
    Sampler,
    gather,
    make_examples,
    make_mentions,
    read_rows,
    read_told,
    spontaneous_examples,
    spontaneous_mentions,
)
from models.reader.training import Fitted, fit
from voice.consultation.loader import load_script
from voice.recognize.transcript import Transcript
from voice.understand.answer import apply_rules
from voice.understand.expected import Expected, Kind
from voice.understand.grammar.grammar import Grammar
from voice.understand.meaning import Meaning
from voice.understand.proposals import is_open
from voice.understand.reader import CONTENT, OWN, SHARED, Reader, Reading, calculate, hash_answer, hash_mention
from voice.understand.traits import describe

SEED = 1
MODEL = Path("models/reader-nl-ruggespraak/weights.npz")
TESTS = Path("tests")
KEPT = 12
"""Of our own examples of answers every so manieth is learnt: more of them drown what people say."""
SURE = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
"""Probabilities from which on a reading is tried as an answer."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is learnt from: our own script, its material, and the random variation of both."""

    questions: Mapping[str, Expected]
    grammar: Grammar
    sampler: Sampler
    material: Material


def prepare(seed: int = SEED) -> Lessons:
    script = load_script(Path("prompts/nl-BE"), "uitgebreid")
    questions = {one.id: one.expected for one in script.questions if one.kind is Kind.FLAG}
    grammar = script.readback.expected.grammar
    sampler = Sampler(grammar, seed)
    return Lessons(questions, grammar, sampler, gather(script, sampler, TESTS))


def train(rows: Sequence[Row], seed: int = SEED) -> Reader:
    """Fit a reader to our own material and to these answers."""
    lessons = prepare(seed)
    answers, mentions = fit_answers(lessons, rows, seed), fit_mentions(lessons, rows, seed)
    return Reader(answers.weights, answers.bias, mentions.weights, mentions.bias, lessons.material.urgent)


def fit_answers(lessons: Lessons, rows: Sequence[Row], seed: int) -> Fitted:
    examples = [*list(make_examples(lessons.material, lessons.sampler))[::KEPT], *spontaneous_examples(rows)]
    known = [one for one in examples if one.question in lessons.questions]
    texts = [lessons.sampler.vary(one.text) for one in known]
    features = [_hash(lessons.questions[one.question], text) for one, text in zip(known, texts, strict=True)]
    return fit(features, [one.label for one in known], SHARED + OWN, 3, seed)


def fit_mentions(lessons: Lessons, rows: Sequence[Row], seed: int) -> Fitted:
    material, vary = lessons.material, lessons.sampler.vary
    told = [*make_mentions(material, lessons.sampler), *spontaneous_mentions(rows, material.urgent), *read_told(TOLD)]
    classes = (*material.urgent, NONE)
    features = [hash_mention(lessons.grammar.split(vary(one.text)) or ("",)) for one in told]
    return fit(features, [classes.index(one.flag) for one in told], CONTENT, len(classes), seed)


def _hash(expected: Expected, text: str) -> np.ndarray:
    words = expected.grammar.split(text) or ("",)
    return hash_answer(expected.question, words, describe(words, expected))


def save(reader: Reader, path: Path) -> None:
    """Write the weights, two bytes each. The file is the same whenever the weights are: no time stands in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        answers=reader.answers.astype(np.float16), answers_bias=reader.answers_bias.astype(np.float16),
        mentions=reader.mentions.astype(np.float16), mentions_bias=reader.mentions_bias.astype(np.float16),
        flags=np.array(reader.flags),
    )  # fmt: skip


def evaluate(rows: Sequence[Row]) -> None:
    """Print what each probability buys for answers of a hand that the reader has not seen: of those that the rules ask
    again, how many are right, and what is mistaken."""
    found: list[tuple[Row, Reading]] = []
    for hand in sorted({row.hand for row in rows} - {""}):
        lessons = prepare()
        fitted = fit_answers(lessons, [row for row in rows if row.hand != hand], SEED)
        found += [(row, _read(row, lessons, fitted)) for row in rows if row.hand == hand and _is_open(row, lessons)]
    print(f"asked again by the rules: {len(found)}")
    for sure in SURE:
        counts = Counter(_judge(row, reading, sure) for row, reading in found)
        print(f"{sure:.2f}  " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))


def _read(row: Row, lessons: Lessons, fitted: Fitted) -> Reading:
    found = _hash(lessons.questions[row.question], row.text)
    yes, no, _ = calculate(fitted.weights, fitted.bias, found)
    return Reading(float(yes), float(no))


def _is_open(row: Row, lessons: Lessons) -> bool:
    """Whether the rules ask again, and the reader may propose anything (`voice/understand/proposals.py`)."""
    expected = lessons.questions[row.question]
    answer = apply_rules(Transcript(row.text, 1.0, "text"), expected)
    return answer.meaning is Meaning.UNCLEAR and is_open(expected.grammar.split(row.text), expected)


def _judge(row: Row, reading: Reading, sure: float) -> str:
    said = "yes" if reading.yes >= sure else "no" if reading.no >= sure else ""
    if not said:
        return "not proposed"
    return f"right {said}" if said in row.labels else f"{row.labels[0]} read as {said}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m models.reader", description=__doc__)
    parser.add_argument("stage", choices=("train", "evaluate"))
    parser.add_argument("--answers", type=Path, default=SPONTANEOUS, metavar="FILE.tsv", help="columns question, label, text")
    options = parser.parse_args()
    rows, written = read_rows(options.answers), read_rows(ANSWERS)
    if options.stage == "evaluate":
        evaluate([*rows, *written])
    else:
        MODEL.unlink(missing_ok=True)  # weights of another shape would be refused as damaged when the script is loaded
        save(train([*rows, *written]), MODEL)
    return 0


if __name__ == "__main__":
    sys.exit(main())
