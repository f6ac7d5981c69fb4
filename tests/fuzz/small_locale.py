"""Makes a small locale, so that a hundred thousand broken ones can be read in minutes.

What the kiosk says is cut out of the locale nl-BE, so that the small one always has everything that a locale must have.
What it understands is a few phrases of each kind.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from voice.base.paths import find_shipped

NAME = "nl-XX"
ASKED = ("duur", "zes_weken", "plassen", "koorts")
FOLLOWING = ("plassen_nieuw",)
"""What asks whether something that is asked is new: the loader puts it in its place."""
LISTENED = ("borstpijn",)
TOPICS = 3
BANKS = ("kort.yaml", "questions.yaml", "advice.yaml", "lines.yaml", "practice.yaml", "sources.yaml", "movements.yaml")
WORDS = ("answers.yaml", "symptoms.yaml", "vocabulary.yaml", "pronunciation.yaml", "numbers.yaml")


def write_locale(root: Path) -> Path:
    """Write the small locale into a folder under `root`. Return that folder."""
    folder = root / NAME
    folder.mkdir(parents=True, exist_ok=True)
    for name in BANKS:
        (folder / name).write_text(yaml.safe_dump(_cut(name), allow_unicode=True, sort_keys=False, width=200), encoding="utf-8")
    for name in WORDS:
        shutil.copy(Path(__file__).parent / "seeds" / "words" / name, folder / name)
    return folder


def _cut(name: str) -> dict[str, Any]:
    whole = _whole(name)
    match name:
        case "questions.yaml":
            known = (*ASKED, *FOLLOWING, *LISTENED)
            chapters = [{**one, "unless": ["koorts"]} if "unless" in one else one for one in whole["chapters"]]
            return {**whole, "questions": [one for one in whole["questions"] if one["id"] in known], "chapters": chapters}
        case "advice.yaml":
            return {**whole, "topics": whole["topics"][:TOPICS]}
        case "movements.yaml":
            known = (*ASKED, *FOLLOWING, *LISTENED)
            small = [{**one, "not_with": ["koorts"]} for one in whole["movements"]]
            return {**whole, "never_with": [one for one in whole["never_with"] if one in known], "movements": small}
        case "kort.yaml":
            rule = {"id": "samen", "when": ["plassen", "koorts"], "level": "T", "source": "nhs"}
            core = [topic["id"] for topic in _whole("advice.yaml")["topics"][:2]]
            nets = {name: _keep_asked(lines) for name, lines in whole["safety_nets"].items()}
            offers = [{**one, "only": list(ASKED)} if "only" in one else one for one in whole["offers"]]
            gates = {"koorts": {"question": ["duur"], "finding": ["present", "absent", "unknown"]}}
            small = {"ask": list(ASKED), "if_mentioned": list(LISTENED), "gates": gates, "rules": [rule], "core": core}
            return {**whole, **small, "safety_nets": nets, "offers": offers}
        case _:
            return whole


def _keep_asked(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep the lines that warn of nothing but what is asked here."""
    return [one for one in lines if {*one.get("flags", ())} <= {*ASKED, *LISTENED}]


def _whole(name: str) -> dict[str, Any]:
    return yaml.load((find_shipped("prompts") / "nl-BE" / name).read_text(encoding="utf-8"), yaml.BaseLoader)
