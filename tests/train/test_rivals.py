"""Words that sound like an answer and are none: which there are, and that the phone head has them as espeak-ng says them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from models.train import rivals
from models.train.alignment import best_path
from models.train.phones import write_lexicon
from tests.helpers.speech import model
from voice.recognize.phones import RIVALS

pytestmark = pytest.mark.slow


def test_every_rival_stands_there_once_and_is_in_the_model_as_it_is_said(tmp_path: Path) -> None:
    assert [phrase for phrase, times in Counter(rivals.read_rivals()).items() if times > 1] == []
    write_lexicon(tmp_path / RIVALS, rivals.spell_rivals())
    assert (tmp_path / RIVALS).read_text(encoding="utf-8") == (model("phones-nl-ruggespraak") / RIVALS).read_text(
        encoding="utf-8"
    )


def test_common_words_are_proposed_that_begin_like_an_answer_or_rhyme_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rivals, "read_common_words", lambda: ["jaar", "ja", "raam", "saai", "twee", "januari", "vla"])
    assert set(rivals.propose_rivals(["ja"], ["twee"])) == {("jaar", "ja"), ("vla", "ja")}
    assert set(rivals.propose_rivals(["ja"], ["vla"])) == {("jaar", "ja")}


def test_a_phone_lies_where_it_is_heard() -> None:
    scores = np.log(np.full((6, 3), 0.05))
    scores[range(6), [0, 1, 1, 0, 2, 0]] = np.log(0.9)
    assert best_path(scores, [1, 2]) == [1.5, 4.0]
    assert best_path(scores[:1], [1, 2]) == []
