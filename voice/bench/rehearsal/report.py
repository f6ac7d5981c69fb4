"""Write the report of a rehearsal: lines for the terminal, and a page that needs nothing else. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from voice.bench.population.visits import Share
from voice.bench.rehearsal.measures import (
    PLACES,
    Advice,
    Chosen,
    Room,
    Take,
    Trial,
    measure_voice,
    share,
    share_right,
)
from voice.bench.rehearsal.wording import LABEL_OF, Wording, format_seconds
from voice.bench.score import DECISIVE, percentile

_LEFT, _WIDE, _ROW = 330, 400, 26
"""Pixels of the plot: the names, the scale from 0 to 100 %, and the height of a row."""


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that a rehearsal measured. settings: what suits this room, by its place in the settings file."""

    date: str
    locale: str
    volunteers: int
    takes: Sequence[Take]
    room: Room
    advice: Sequence[Advice]
    settings: dict[str, str]
    chosen: Chosen | None = None
    trials: Sequence[Trial] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report. name: of its heading among the texts of the report; "" for the last, which has none."""

    name: str
    lines: Sequence[str]


def make_sections(found: Found, words: Wording) -> Iterator[Section]:
    """Make the parts of the report with their sentences, as the terminal shows them."""
    say = words.report.fill
    yield Section("advice", [words.advice.fill(one.name, **one.values) for one in found.advice])
    yield Section("settings", [f"{name}: {value}" for name, value in found.settings.items()] or [say("same")])
    if found.takes:
        rows = list_rows(found.takes, words)
        yield Section("hearing", [f"{name}: {_describe(part, words)}" for name, part, *_ in rows])
    yield Section("sound", [*_describe_sound(found, words), *_describe_mistakes(found.takes, words)])
    if found.chosen:
        yield Section("engines", list(_describe_engines(found.chosen, words)))
    listened = [f"{name}: {_describe(part, words)}" for name, part in list_voices(found.trials, words)]
    yield Section("listening", [*listened, say("guessed")] if listened else [say("nobody_listened")])
    yield Section("", [say("warning"), say("audio")])


def list_rows(takes: Sequence[Take], words: Wording) -> Iterator[tuple[str, Share, Share, Share]]:
    """List, for all, each place and each kind: its name, and how many were understood, asked again and mistaken."""
    groups: list[tuple[str, list[Take]]] = [("all", list(takes))]
    groups += [(place, [take for take in takes if take.prompt.place == place]) for place in PLACES]
    groups += [(kind, [take for take in takes if take.prompt.kind == kind]) for kind in LABEL_OF]
    for name, some in groups:
        if some:
            yield words.names.fill(name), share(some), share(some, "asked_again"), share(some, "mistaken")


def _describe(part: Share, words: Wording) -> str:
    low, high = part.interval
    return words.report.fill(
        "share", count=part.count, total=part.total, percent=round(100 * part.value), low=round(100 * low), high=round(100 * high)
    )


def _describe_sound(found: Found, words: Wording) -> Iterator[str]:
    room, level, say = found.room, measure_voice(found.takes), words.report.fill
    yield say("floor", floor=round(room.floor))
    if level > -100:
        yield say("level", level=round(level), above=round(level - room.floor))
    yield say("echo", own=round(room.own), tail=format_seconds(room.tail)) if room.hears_itself else say("own_unheard")
    seconds = [take.seconds for take in found.takes if take.heard]
    if seconds:
        yield say("time", median=format_seconds(percentile(seconds, 0.5)), p95=format_seconds(percentile(seconds, 0.95)))


def _describe_mistakes(takes: Sequence[Take], words: Wording) -> Iterator[str]:
    for name, label, wrong in (("yes_to_no", ("yes",), ("no",)), ("no_to_yes", ("no",), ("yes",))):
        some = [take for take in takes if take.label in label]
        if some:
            yield words.report.fill(name, count=sum(take.found in wrong for take in some), total=len(some))
    others = [take for take in takes if take.label not in DECISIVE]
    if others:
        yield words.report.fill("other_taken", count=sum(take.found in DECISIVE for take in others), total=len(others))


def _describe_engines(chosen: Chosen, words: Wording) -> Iterator[str]:
    for engine, part in chosen.alone:
        yield f"{words.report.fill('engine', engine=engine)}: {_describe(part, words)}"
    yield f"{words.report.fill('together')}: {_describe(chosen.as_is, words)}"
    strict = chosen.strictness
    if strict.clear or strict.sure:
        settings = f"clear {strict.clear:g}, sure {strict.sure:g}"
        yield f"{words.report.fill('strict', settings=settings)}: {_describe(chosen.held_out, words)}"
    yield words.report.fill("folds")


def list_voices(trials: Sequence[Trial], words: Wording) -> Iterator[tuple[str, Share]]:
    """List each voice as it was listened to, and how many sentences were chosen rightly."""
    for voice in dict.fromkeys(trial.voice for trial in trials):
        for how in ("level", "noisy", "again", "louder", "slower"):
            part = share_right(trials, voice, (how,))
            if part.total:
                yield f"{words.names.fill(how)} ({voice})", part


def format_lines(found: Found, words: Wording) -> Iterator[str]:
    """The report for the terminal."""
    yield words.report.fill("title")
    yield _describe_origin(found, words)
    for section in make_sections(found, words):
        yield ""
        yield from [words.report.fill(section.name)] if section.name else []
        yield from (f"  {line}" for line in section.lines)


def _describe_origin(found: Found, words: Wording) -> str:
    return words.report.fill("made", date=found.date, locale=found.locale, volunteers=found.volunteers, answers=len(found.takes))


def make_page(found: Found, words: Wording) -> str:
    """The report as one HTML page with its plot; nothing is fetched from elsewhere."""
    title = escape(words.report.fill("title"))
    parts = [f"<h1>{title}</h1>", f"<p>{escape(_describe_origin(found, words))}</p>"]
    for section in make_sections(found, words):
        parts.append(f"<h2>{escape(words.report.fill(section.name))}</h2>" if section.name else "<hr>")
        parts += _make_part(section, found, words)
    language = escape(found.locale)
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style>'
    )
    return f'<!DOCTYPE html>\n<html lang="{language}"><head>{head}</head><body>\n' + "\n".join(parts) + "\n</body></html>\n"


def _make_part(section: Section, found: Found, words: Wording) -> Iterator[str]:
    """A section on the page: what is counted as a plot, settings as they stand in the file, all else as a list."""
    if section.name == "hearing":
        rows = [(name, part) for name, part, *_ in list_rows(found.takes, words)]
        yield draw_plot(rows, words.report.fill("understood"))
        yield f"<p>{escape(words.report.fill('interval'))}</p>"
        yield _make_table(found.takes, words)
    elif section.name == "listening" and found.trials:
        yield draw_plot(list(list_voices(found.trials, words)), words.report.fill("right"))
        yield f"<p>{escape(words.report.fill('guessed'))}</p>"
    elif section.name == "settings" and found.settings:
        yield f"<pre>{escape(chr(10).join(section.lines))}</pre>"
    else:
        yield "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in section.lines) + "</ul>"


def _make_table(takes: Sequence[Take], words: Wording) -> str:
    heads = (words.report.fill(name) for name in ("rows", "understood", "again", "mistaken"))
    rows = "".join(
        _make_row("td", (name, *(f"{part.count}/{part.total}" for part in parts))) for name, *parts in list_rows(takes, words)
    )
    return f"<table>{_make_row('th', heads)}{rows}</table>"


def _make_row(cell: str, texts: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<{cell}>{escape(text)}</{cell}>" for text in texts) + "</tr>"


def draw_plot(rows: Sequence[tuple[str, Share]], label: str) -> str:
    """Draw the share of each row with its interval (SVG). label: what the shares are."""
    tall = _ROW * (len(rows) + 1) + 10
    wide = _LEFT + _WIDE + 70
    drawn = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}" role="img" aria-label="{escape(label)}">']
    for percent in (0, 25, 50, 75, 100):
        across = _LEFT + _WIDE * percent / 100
        drawn.append(f'<path d="M{across:.0f} 6V{tall - _ROW}" stroke="#cccccc"/>')
        drawn.append(f'<text x="{across:.0f}" y="{tall - 8}" text-anchor="middle">{percent} %</text>')
    for number, (name, part) in enumerate(rows):
        middle = 6 + _ROW * (number + 0.5)
        low, high = (_LEFT + _WIDE * one for one in part.interval)
        drawn.append(f'<text x="{_LEFT - 10}" y="{middle + 5:.0f}" text-anchor="end">{escape(name)}</text>')
        drawn.append(f'<path d="M{low:.1f} {middle:.1f}H{high:.1f}" stroke="#00695c" stroke-width="3"/>')
        drawn.append(f'<circle cx="{_LEFT + _WIDE * part.value:.1f}" cy="{middle:.1f}" r="6" fill="#00695c"/>')
        drawn.append(f'<text x="{_LEFT + _WIDE + 12}" y="{middle + 5:.0f}">{part.count}/{part.total}</text>')
    return "\n".join((*drawn, "</svg>"))


_STYLE = (
    "body{font:17px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em;color:#1a1a1a;background:#fff}"
    "h2{margin-top:1.6em}svg{width:100%;font:14px sans-serif}table{border-collapse:collapse}"
    "th,td{text-align:left;padding:.2em .9em .2em 0;border-bottom:1px solid #ddd}pre{background:#f3f3f3;padding:.8em}"
)
