"""From clips to a model that Vosk loads, in small."""

from __future__ import annotations

import json
import shutil
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from models.train import corpus
from models.train.__main__ import MODEL, base_model, turns
from models.train.augment import PLAIN, disturb
from models.train.check import scores_by_network, scores_by_vosk
from models.train.evaluate import Row, figures, join_words, read_rows, together
from models.train.export import export
from models.train.kaldi import Component, read_components
from models.train.network import Network
from models.train.splice import align, best_path, cut, splice_answers
from models.train.training import Schedule, Selection, Trainer, ctc_loss
from voice.audio.pcm import Audio, silence

pytestmark = pytest.mark.slow

TOY = Schedule(steps=6, warm_up=2, plain=2, batch=4.0, saved_every=3, calibration=1)


def train(speech: Path, folder: Path, *until: int, schedule: Schedule = TOY) -> Trainer:
    for step in until:
        trainer = Trainer(base_model(), [corpus.Speech(speech)], folder, schedule)
        trainer.run(step)
    return trainer


@pytest.mark.parametrize("schedule", [TOY, TOY.from_random()])
def test_an_interrupted_training_goes_on_as_if_nothing_had_happened(
    speech_folder: Path, tmp_path: Path, schedule: Schedule
) -> None:
    whole = train(speech_folder, tmp_path / "whole", 6, schedule=schedule).network.state_dict()
    halves = train(speech_folder, tmp_path / "halves", 3, 6, schedule=schedule).network.state_dict()
    assert all(torch.equal(whole[name], halves[name]) for name in whole)
    assert len((tmp_path / "halves" / "curve.jsonl").read_text().splitlines()) == 2


def test_a_random_start_takes_nothing_from_the_base_but_its_shape(
    speech_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a base with other values it makes the same network."""
    once = train(speech_folder, tmp_path / "once", 0, schedule=TOY.from_random()).network.state_dict()
    monkeypatch.setattr("models.train.network.read_components", _read_spoilt)
    again = train(speech_folder, tmp_path / "again", 0, schedule=TOY.from_random()).network.state_dict()
    assert all(torch.equal(once[name], again[name]) for name in once)


def _read_spoilt(path: Path) -> dict[str, Component]:
    """The base with each of its learnt values, and each that was measured, doubled."""
    learnt = ("<LinearParams>", "<Params>", "<BiasParams>", "<StatsMean>", "<StatsVar>")
    return {
        name: {token: 2 * np.asarray(value) if token in learnt else value for token, value in component.items()}
        for name, component in read_components(path).items()
    }


def test_from_a_random_start_the_network_that_is_used_learns(speech_folder: Path, tmp_path: Path) -> None:
    """The averaged one, whose normalisations stand still."""
    schedule = replace(TOY.from_random(), steps=20, batch=8.0)
    losses = []
    for step in (1, 10):
        train(speech_folder, tmp_path, step, schedule=schedule)
        losses.append(_average_loss(speech_folder, tmp_path))
    assert losses[1] < losses[0], losses


def _average_loss(speech: Path, folder: Path) -> float:
    features, lengths, targets = Selection([corpus.Speech(speech)], TOY).batch(np.random.default_rng(7), PLAIN)
    network = Network(base_model()).eval()
    network.load_state_dict(torch.load(folder / "checkpoint.pt", weights_only=True)["average"])
    with torch.no_grad():
        return float(ctc_loss(network(features), lengths, targets))


def test_training_on_begins_with_what_the_network_knows(model_folder: Path, speech_folder: Path, clip: np.ndarray) -> None:
    base = model_folder / "am" / "final.mdl"
    trainer = Trainer(base, [corpus.Speech(speech_folder)], model_folder / "further", TOY.further())
    clips = [clip.astype(np.int16)]
    assert scores_by_network(trainer.network.eval(), clips) == scores_by_network(Network(base).eval(), clips)


def test_a_speaker_who_is_left_out_is_nowhere_in_the_training(
    speech_folder: Path, network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """His clips are spoilt, so that whatever came across one would fail."""
    shutil.copytree(speech_folder, tmp_path / "recorded")
    _spoil(tmp_path / "recorded" / "clips.jsonl", "m")
    with pytest.raises(IndexError):
        align(network, corpus.Speech(tmp_path / "recorded"))
    monkeypatch.setattr("models.train.training.Schedule", lambda steps: replace(TOY, steps=steps))
    turns(Namespace(work=tmp_path, without="m", random=False, base=None, steps=4, until=0, threads=1))
    left = tmp_path / "without-m"
    assert {clip.source for clip in corpus.Speech(left / "spliced").clips} == {"spliced", "cut"}
    assert (left / "training" / "checkpoint.pt").is_file() and not (tmp_path / "training").exists()


def _spoil(table: Path, speaker: str) -> None:
    """Give that speaker's clips a phone that does not exist."""
    lines = [json.loads(line) for line in table.read_text(encoding="utf-8").splitlines()]
    spoilt = [line | {"phones": [999]} if corpus.Clip(**line).speaker == speaker else line for line in lines]
    table.write_text("".join(f"{json.dumps(line)}\n" for line in spoilt), encoding="utf-8")


def test_libvosk_computes_what_pytorch_computes(network: Network, clip: np.ndarray, tmp_path: Path) -> None:
    export(network, tmp_path, ["ja"], exact=True)
    clips = [clip[:12_000].astype(np.int16), clip[4_000:20_000].astype(np.int16)]
    assert scores_by_vosk(tmp_path, clips) == pytest.approx(scores_by_network(network, clips), rel=1e-4)


def test_two_bytes_a_value_are_enough_and_an_exported_model_can_be_trained_further(
    network: Network, model_folder: Path, clip: np.ndarray
) -> None:
    clips = [clip.astype(np.int16)]
    again = Network(model_folder / "am" / "final.mdl").eval()
    assert scores_by_network(again, clips) == pytest.approx(scores_by_network(network, clips), rel=2e-2)
    assert scores_by_vosk(model_folder, clips) == pytest.approx(scores_by_network(again, clips), rel=1e-4)


def test_the_model_that_ships_hears_a_plain_yes_and_no() -> None:
    from voice.recognize.vosk import Vosk

    engine = Vosk(MODEL)
    for word in ("ja", "neen"):
        said = corpus.speak((word, "nl+m3", 130, 45))
        heard = engine.hear_words(Audio(np.pad(said, 8_000).tobytes(), 16_000), ("ja", "neen", "stop", "ik weet het niet"))
        assert [text for text, _ in heard] == [word]


def test_the_whole_pipeline_gives_a_model_that_vosk_loads_and_restricts(speech_folder: Path, tmp_path: Path) -> None:
    from voice.recognize.vosk import Vosk

    trainer = train(speech_folder, tmp_path / "training", 2)
    aligned = align(trainer.network, corpus.Speech(speech_folder))
    more = [*list(splice_answers(aligned))[:20], *cut(aligned, copies=20)]
    corpus.write_speech(tmp_path / "spliced", more)
    assert {one.source for one in more} == {"spliced", "cut"}
    export(trainer.network, tmp_path / "model", ["ja", "nee"])
    engine = Vosk(tmp_path / "model")
    assert engine.unknown == "[unk]"
    assert engine.find_unknown_words(("ja", "nee", "stop")) == ("stop",)
    heard = engine.hear_words(silence(0.1), ("ja", "nee", "stop"))
    assert {word for word, _ in heard} <= {"ja", "nee", "[unk]"}


def test_the_best_path_finds_where_each_phone_is() -> None:
    scores = np.full((9, 4), -9.0)
    for frame, output in enumerate([0, 2, 2, 0, 0, 3, 0, 3, 0]):
        scores[frame, output] = 0.0
    assert best_path(scores, [2, 3, 3]) == [1.5, 5.0, 7.0]
    assert best_path(scores[:2], [2, 3, 3]) == []


def test_disturbances_are_sound_and_repeatable(clip: np.ndarray) -> None:
    def other(_: np.random.Generator) -> np.ndarray:
        return clip

    for seed in range(30):
        once, again = (disturb(clip, other, np.random.default_rng(seed)) for _ in range(2))
        assert np.array_equal(once, again)
        assert np.isfinite(once).all()
        assert np.abs(once).max() <= 32768


def test_figures_count_flips_and_false_accepts() -> None:
    rows = [
        Row("a", "yes", "real", ""),
        Row("b", "no", "real", ""),
        Row("c", "none", "real", ""),
        Row("d", "none", "real", "yes"),
    ]
    first = {"a": "no", "b": "no", "c": "yes", "d": "yes"}
    counted = figures(rows, first)["real"]
    assert (counted["accuracy"], counted["yes->no"], counted["none->yes/no"]) == ("2/4", "1/2", "1/2")
    both = together(rows, first, {"a": "none", "b": "no", "c": "no", "d": "yes"})
    assert both["yes/no"] == {"opposite, not accepted": 1, "right, right": 1}
    assert both["none"] == {"yes, no": 1}


def test_what_is_unknown_stays_in_the_text() -> None:
    assert join_words([("[unk]", 1.0), ("ja", 0.8), ("hoor", 0.5)]) == ("[unk] ja hoor", 0.5)
    assert join_words([]) == ("", 0.0)


def test_the_recordings_of_one_speaker_are_heard_alone(tmp_path: Path) -> None:
    table = tmp_path / "answers.tsv"
    table.write_text("file\tlabel\tkind\tspeaker\na.wav\tyes\treal\tone\nb.wav\tno\treal\ttwo\n", encoding="utf-8")
    assert [row.file for row in read_rows(table, "two")] == ["b.wav"]
    assert [row.file for row in read_rows(table)] == ["a.wav", "b.wav"]
