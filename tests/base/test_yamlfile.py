"""What is wrong in a content file is told in one line that a person reads."""

from __future__ import annotations

from pathlib import Path

from voice.base.yamlfile import QUOTED, read_yaml


def test_a_long_text_that_is_wrong_is_quoted_by_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    path.write_text("ask: x\n", encoding="utf-8")
    place = read_yaml(path)
    told = str(place.complain("ask", f"'{'x' * 500}' is not known, the patient's '{'y' * QUOTED}' is.", "Use one of: 'a'."))
    assert told == f"{path}, line 1: '{'x' * QUOTED} ...' is not known, the patient's '{'y' * QUOTED}' is. Use one of: 'a'."
