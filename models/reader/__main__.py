"""python -m models.reader train: fits the learned reader and writes its weights. evaluate: the same on halves of the
spontaneous answers, each half read by a reader that has not seen it. Half a minute and a minute, on one core."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.reader.examples import (
    ANSWERS,
    NONE,
    SPONTANEOUS,
    TOLD,
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
from models.reader.training import fit
from voice.consultation.loader import load_script
from voice.recognize.transcript import Transcript
from voice.understand.answer import apply_rules
from voice.understand.meaning import Meaning
from voice.understand.reader import CONTENT, OWN, SHARED, Reader, hash_answer, hash_mention

SEED = 1
MODEL = Path("models/reader-nl-ruggespraak/weights.npz")
TESTS = Path("tests")
SURE = (0.5, 0.6, 0.7, 0.8, 0.9)
"""Probabilities from which on a reading is tried as an answer."""


def train(rows: Sequence[Row], seed: int = SEED) -> Reader:
    """Fit a reader to our own material and to these spontaneous answers."""
    script = load_script(Path("prompts/nl-BE"), "uitgebreid")
    grammar = script.readback.expected.grammar
    sampler = Sampler(grammar, seed)
    material = gather(script, sampler, TESTS)
    examples = [*make_examples(material, sampler), *spontaneous_examples(rows)]
    answers = fit(
        [hash_answer(one.question, grammar.split(sampler.vary(one.text)) or ("",)) for one in examples],
        [one.label for one in examples], SHARED + OWN, 3, seed,
    )  # fmt: skip
    told = [*make_mentions(material, sampler), *spontaneous_mentions(rows, material.urgent), *read_told(TOLD)]
    classes = (*material.urgent, NONE)
    mentions = fit(
        [hash_mention(grammar.split(sampler.vary(one.text)) or ("",)) for one in told],
        [classes.index(one.flag) for one in told], CONTENT, len(classes), seed,
    )  # fmt: skip
    return Reader(answers.weights, answers.bias, mentions.weights, mentions.bias, material.urgent)


def save(reader: Reader, path: Path) -> None:
    """Write the weights, two bytes each. The file is the same whenever the weights are: no time stands in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        answers=reader.answers.astype(np.float16), answers_bias=reader.answers_bias.astype(np.float16),
        mentions=reader.mentions.astype(np.float16), mentions_bias=reader.mentions_bias.astype(np.float16),
        flags=np.array(reader.flags),
    )  # fmt: skip


def evaluate(rows: Sequence[Row], written: Sequence[Row]) -> None:
    """Print what each probability buys: right answers of those that the rules ask again, and what is mistaken."""
    halves = (rows[::2], rows[1::2])
    script = load_script(Path("prompts/nl-BE"), "uitgebreid")
    questions = {question.id: question.expected for question in script.questions}
    grammar = script.readback.expected.grammar
    found = []
    for seen, unseen in (halves, halves[::-1]):
        reader = train([*seen, *written])
        for row in unseen:
            if row.question in questions and row.question != "duur":
                answer = apply_rules(Transcript(row.text, 1.0, "text"), questions[row.question])
                found.append((row, answer, reader.read(row.question, grammar.split(row.text))))
    for sure in SURE:
        counts: Counter[str] = Counter()
        for row, answer, reading in found:
            if answer.meaning is not Meaning.UNCLEAR:
                continue
            counts["asked again"] += 1
            said = "yes" if reading.yes >= sure else "no" if reading.no >= sure else ""
            if said:
                counts["right" if said in row.labels else f"{row.labels[0]} read as {said}"] += 1
        print(f"{sure:.1f}  {dict(counts)}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m models.reader", description=__doc__)
    parser.add_argument("stage", choices=("train", "evaluate"))
    parser.add_argument("--answers", type=Path, default=SPONTANEOUS, metavar="FILE.tsv", help="columns question, label, text")
    options = parser.parse_args()
    rows, written = read_rows(options.answers), read_rows(ANSWERS)
    if options.stage == "evaluate":
        evaluate(rows, written)
    else:
        save(train([*rows, *written]), MODEL)
    return 0


if __name__ == "__main__":
    sys.exit(main())
