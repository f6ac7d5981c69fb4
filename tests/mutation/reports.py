"""Say which mutants live, and write docs/mutation.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from tests.mutation import HERE, JUDGES, ROOT
from tests.mutation.mutants import Mutant
from tests.mutation.named import Named
from tests.mutation.runner import NOT_LOADED, Verdict

SURVIVORS = HERE / "survivors.yaml"
PAGE = ROOT / "docs" / "mutation.md"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a mutant may live. equivalent: nothing that the program does can differ, so that no judge need be asked."""

    why: str
    equivalent: bool = False


Explained = dict[tuple[str, str], Reason]
"""By file and key."""


def load_survivors() -> Explained:
    """Load the reasons. Raises AssertionError if a mutant has two."""
    explained: Explained = {}
    for file, groups in (yaml.safe_load(SURVIVORS.read_text(encoding="utf-8")) or {}).items():
        for group in groups:
            for key in group["mutants"]:
                assert (file, key) not in explained, f"{file}: two reasons for {key}"
                explained[file, key] = Reason(" ".join(group["why"].split()), group.get("equivalent", False))
    return explained


def is_equivalent(mutant: Mutant, explained: Explained) -> bool:
    reason = explained.get((mutant.file, mutant.key))
    return reason is not None and reason.equivalent


def find_wrong_named(named: Sequence[Named], told: Sequence[Verdict]) -> Iterator[str]:
    for one, verdict in zip(named, told, strict=True):
        for judge in one.kinds:
            if not verdict.said.get(judge):
                yield f"not found by the {judge}: {one.name} ({one.mutant.file})"


def find_unexplained(verdicts: Sequence[Verdict], explained: Explained) -> Iterator[str]:
    for verdict in verdicts:
        if verdict.lived and (verdict.mutant.file, verdict.mutant.key) not in explained:
            yield f"lives: {verdict.mutant.file}  {verdict.mutant.key}"


def find_needless(verdicts: Sequence[Verdict], explained: Explained) -> Iterator[str]:
    lived = {(verdict.mutant.file, verdict.mutant.key) for verdict in verdicts if verdict.lived}
    judged = {verdict.mutant.file for verdict in verdicts}
    for file, key in explained:
        if file in judged and (file, key) not in lived:
            yield f"survivors.yaml explains what does not live: {file}  {key}"


# --- the page --------------------------------------------------------------------------------------


def write(named: Sequence[Named], told: Sequence[Verdict], verdicts: Sequence[Verdict], explained: Explained) -> None:
    PAGE.write_text("\n".join(_list_lines(named, told, verdicts, explained)) + "\n", encoding="utf-8")


def _list_lines(
    named: Sequence[Named], told: Sequence[Verdict], verdicts: Sequence[Verdict], explained: Explained
) -> Iterator[str]:
    yield (HERE / "page.md").read_text(encoding="utf-8")
    yield from ("## Mutants with a name", "", "| mutant | place | killed by |", "|---|---|---|")
    for one, verdict in zip(named, told, strict=True):
        yield f"| {one.name} | {_place(verdict)} | {_killers(verdict)} |"
    if not verdicts:
        yield from (
            "",
            "Only these were judged when this page was written. A whole run adds every other mutant, and the survivors.",
        )
        return
    yield from ("", "## Everything else", "", *_sum_up(verdicts), "")
    yield from ("## Survivors", "", *_list_survivors(verdicts, explained))
    yield from ("## Every mutant", "", *_list_all(verdicts))


def _sum_up(verdicts: Sequence[Verdict]) -> Iterator[str]:
    yield "| file | mutants | killed | by the walk | by the campaign | by the tests | alive |"
    yield "|---|---|---|---|---|---|---|"
    files: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        files[verdict.mutant.file].append(verdict)
    for file, some in [*files.items(), ("all", list(verdicts))]:
        counts = [_count(some, judge) for judge in JUDGES]
        lived = sum(verdict.lived for verdict in some)
        yield f"| {file} | {len(some)} | {len(some) - lived} | {' | '.join(counts)} | {lived} |"


def _count(verdicts: Sequence[Verdict], judge: str) -> str:
    ran = [verdict.said[judge] for verdict in verdicts if judge in verdict.said]
    return f"{sum(map(bool, ran))} of {len(ran)}" if ran else "-"


def _list_survivors(verdicts: Sequence[Verdict], explained: Explained) -> Iterator[str]:
    reasons: dict[str, list[str]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.lived:
            reason = explained.get((verdict.mutant.file, verdict.mutant.key), Reason("**Not explained.**"))
            why = f"{'Equivalent: ' if reason.equivalent else ''}{reason.why}"
            reasons[why].append(f"- {_name(verdict)}: {_change(verdict)}")
    for why, lines in reasons.items():
        yield from (why, "", *lines, "")


def _list_all(verdicts: Sequence[Verdict]) -> Iterator[str]:
    file = ""
    for verdict in verdicts:
        if verdict.mutant.file != file:
            if file:
                yield from ("", "</details>", "")
            file = verdict.mutant.file
            yield from (f"<details><summary>{file}</summary>", "", "| place | mutant | killed by |", "|---|---|---|")
        yield f"| {verdict.mutant.place or 'module'} | {_change(verdict)} | {_killers(verdict)} |"
    yield from ("", "</details>")


def _name(verdict: Verdict) -> str:
    return f"{verdict.mutant.file.rpartition('/')[2]}, `{verdict.mutant.place or 'module'}`"


def _place(verdict: Verdict) -> str:
    return f"{verdict.mutant.file}, `{verdict.mutant.place or 'module'}`"


def _change(verdict: Verdict) -> str:
    before, after = (text.replace("|", "\\|").replace("`", "'") for text in (verdict.mutant.before, verdict.mutant.after))
    return f"`{before}` → `{after}`"


def _killers(verdict: Verdict) -> str:
    if NOT_LOADED in verdict.said.values():
        return NOT_LOADED
    return ", ".join(judge for judge in JUDGES if verdict.said.get(judge)) or "nobody"
