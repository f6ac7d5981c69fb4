"""The order in which a command may be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice.cli.main import make_parser


@pytest.mark.parametrize(
    "line",
    [
        "models import --settings kiosk.yaml model.zip rest.zip",
        "models --settings kiosk.yaml import model.zip rest.zip",
        "models import model.zip rest.zip --settings kiosk.yaml",
        "models import model.zip --settings kiosk.yaml rest.zip",
    ],
)
def test_options_may_stand_between_the_names_or_files_of_a_command(line: str) -> None:
    options = make_parser().parse_args(line.split())
    assert (options.action, options.names, options.settings) == ("import", ["model.zip", "rest.zip"], Path("kiosk.yaml"))


def test_a_command_without_files_and_one_with_parts_are_read_as_before() -> None:
    assert make_parser().parse_args(["models", "fetch", "--engine", "vosk"]).names == []
    assert make_parser().parse_args(["wyoming", "serve", "--parts", "ears", "voice"]).parts == ["ears", "voice"]
    assert make_parser().parse_args(["bench", "ears", "--recordings", "t.tsv", "--every", "3"]).every == 3


@pytest.mark.parametrize(
    ("line", "why"), [("hear", "required: FILE"), ("models list --bogus", "--bogus"), ("models eat", "'eat'")]
)
def test_what_is_wrong_is_refused_as_before(line: str, why: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        make_parser().parse_args(line.split())
    assert why in capsys.readouterr().err
