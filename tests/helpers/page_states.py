"""Paint every state of the patient's page. `python -m tests.helpers.page_states FOLDER` takes pictures of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import accumulate
from pathlib import Path

from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from tests.conftest import PROMPTS, load_shipped
from tests.helpers.running_kiosk import open_chromium
from voice.consultation.practice import Details
from voice.consultation.script import ENDINGS, Level, Question, Script
from voice.consultation.triage import say_ending
from voice.consultation.visit import Outcome, Visit
from voice.kiosk.screen.board import Board
from voice.kiosk.screen.card import write_card
from voice.kiosk.screen.handover import draw_code
from voice.kiosk.screen.screen_key import make_key, show_key
from voice.kiosk.screen.server import Site, serve
from voice.kiosk.screen.shown_page import CARD, CODE
from voice.kiosk.screen.shown_page import Page as Shown
from voice.kiosk.screen.texts import ScreenTexts, load_screen_texts
from voice.kiosk.screen.view import Painter, list_numbered
from voice.kiosk.staff_calls import ATTENDED
from voice.kiosk.turns.observer import TOUCH, Turn
from voice.recognize.transcript import Transcript
from voice.setup.settings import Screen
from voice.speak.utterance import Utterance
from voice.understand.expected import Kind
from voice.understand.meaning import Answer, Meaning

SIZES = ((1024, 600), (1280, 800), (1920, 1080), (1080, 1920))


def make_painter(script: Script, details: Details = Details()) -> Painter:
    return Painter(load_texts(script, details), script)


def load_texts(script: Script, details: Details = Details()) -> ScreenTexts:
    return load_screen_texts(PROMPTS / script.locale, details, script.readback.expected.grammar)


def paint_states(script: Script, details: Details = Details()) -> dict[str, Shown]:
    """Each state of the page by its name, painted as the loop would."""
    paint = make_painter(script, details)
    idle = paint.show_idle(Shown())

    def ask(question: Question, *lines: Utterance, page: Shown = idle) -> Shown:
        page = lead(question, *lines, page=page)
        return paint.show_line(paint.show_put(page, question), question.ask)

    def lead(question: Question, *lines: Utterance, page: Shown = idle) -> Shown:
        page = paint.show_question(page, question)
        for line in lines:
            page = paint.show_line(page, line)
        return page

    def hear(page: Shown, question: Question, meaning: Meaning) -> Shown:
        return paint.show_turn(page, Turn(question, Transcript("", 1.0, TOUCH), Answer(meaning), 0.0))

    fever, bladder = script.question("koorts"), script.question("plassen")
    duration, age = script.question("duur"), script.question("leeftijd")
    speaking = ask(fever, page=hear(idle, script.question("val"), Meaning.NO))
    private = paint.show_listening(ask(bladder), bladder)
    max_denied = max((one.spoken_denied for one in script.questions), key=lambda line: len(line.text))
    positives = (script.line("ik_hoorde_dit"), fever.spoken_back, script.question("nachtpijn").spoken_back)
    reassured_first = paint.show_told(paint.show_question(idle, script.menu), Outcome(Level.REASSURE))
    advice = (
        script.line("gerust_inleiding"),
        script.line("gerust_kine"),
        *script.topic("kern").lines,
        *script.topic("bewegen").lines,
    )
    cards = list(accumulate(advice, paint.show_line, initial=reassured_first))[1:]
    advised = paint.show_line(paint.show_put(cards[-1], script.menu), script.menu.ask)

    def take_shelves(page: Shown) -> Iterator[Shown]:
        while (page := paint.show_more_topics(page)).shelf:
            yield page

    found = {
        "preparing": paint.show_preparing(Shown()),
        "idle": idle,
        "idle-touch": paint.show_notes(idle, ("no_microphone", "no_loudspeaker")),
        "idle-uncalled": paint.show_uncalled(idle, True),
        "notice": lead(script.rehearsal, script.line("kennisgeving")),
        "preface": lead(script.question("zitvlak"), script.line("persoonlijk")),
        "rehearsal": paint.show_listening(ask(script.rehearsal), script.rehearsal),
        "duration": paint.show_listening(ask(duration), duration),
        "age": paint.show_listening(ask(age), age),
        "speaking": speaking,
        "listening": paint.show_listening(speaking, fever),
        "thinking": paint.show_thinking(speaking, fever),
        "private": private,
        "private-quiet": paint.show_quiet(private, True),
        "readback": paint.show_listening(ask(script.readback, *positives), script.readback),
        "readback-no": paint.show_listening(
            ask(script.readback, script.line("dat_wil_ik_zeker_weten"), max_denied, page=hear(idle, fever, Meaning.NO)),
            script.readback,
        ),
        "mention": paint.show_listening(ask(bladder, bladder.spoken_mention, script.line("dat_wil_ik_zeker_weten")), bladder),
        "away": paint.show_away(paint.show_notes(speaking, ("no_microphone", "no_loudspeaker")), (fever.ask,)),
        "called": paint.show_called(speaking),
        "presence": paint.show_listening(ask(script.presence), script.presence),
        **{f"advice-{number}": page for number, page in enumerate(cards, 1)},
        "topics": paint.show_listening(advised, script.menu),
        **{f"topics-{shelf}": page for shelf, page in enumerate(take_shelves(paint.show_listening(advised, script.menu)))},
        "touch-only": paint.show_listening(paint.show_notes(speaking, ("no_microphone",)), fever),
        "safety-net": paint.show_line(paint.show_ending(idle, Outcome(Level.T, ("koorts",))), script.line("vangnet_spoed")),
    }
    longest = max(script.utterances(), key=lambda utterance: len(utterance.text))
    found["longest-line"] = paint.show_line(idle, longest)
    lines = ("Vandaag naar de huisarts (T)", "Alarmteken: koorts, val", "Onbekend: gewicht")
    code = draw_code("\n".join(lines))
    ambulance = [Outcome(Level.E, (one.id,)) for one in script.questions if one.ambulance][:1]
    for outcome in (*map(Outcome, ENDINGS), *ambulance):
        name = f"outcome-{outcome.level}{'-112' if outcome.flags else ''}"
        ending = paint.show_ending(idle, outcome)
        telling = paint.show_calling(ending) if outcome.level in ATTENDED else ending
        found[name] = paint.show_line(telling, max(say_ending(Visit(script), outcome.level), key=lambda line: len(line.text)))
        told = paint.show_end(found[name], outcome, Visit(script))
        if outcome.level in ATTENDED:
            found[f"{name}-waiting"] = told = paint.show_waiting(told)
        found[f"{name}-read"] = paint.show_countdown(told, 45)
        found[f"{name}-code"] = paint.show_coded(paint.show_code(found[f"{name}-read"], *code), CODE)
    found["uncalled"] = paint.show_uncalled(found["outcome-E-waiting"], True)
    found["came"] = paint.show_came(found["outcome-E-waiting"])
    found["again"] = paint.show_line(found["outcome-T-read"], script.line("t_actie"))
    card = write_card(load_texts(script, details), Outcome(Level.REASSURE), Visit(script), "", datetime(2026, 11, 30))
    reassured = paint.show_end(found["outcome-reassure"], Outcome(Level.REASSURE), Visit(script))
    found["card-offered"] = paint.show_countdown(
        paint.show_card(paint.show_code(reassured, "M0 0", 9), *draw_code(card.text)), 60
    )
    found["card"] = paint.show_coded(found["card-offered"], CARD)
    found |= {f"language-{name}": paint.show_language(idle, name) for name in ("ar", "fr")}
    measured = [question for question in script.coached if question.kind in (Kind.SCALE, Kind.SIDE, Kind.SENTENCE)]
    return found | {str(question.kind): paint.show_listening(ask(question), question) for question in measured}


def make_site(script: Script, board: Board, diagonal: float = Screen().diagonal, demo: bool = False, practice: str = "") -> Site:
    words = load_screen_texts(PROMPTS / script.locale, Details(), script.readback.expected.grammar)
    page = words.fill_page(practice, diagonal, demo, questions=len(list_numbered(script)), hearing_loop=True)
    return Site(board, {"/": ("page", page)}, drawings=words.drawings)


@contextmanager
def open_screen(
    browser: Browser,
    width: int,
    height: int,
    diagonal: float = Screen().diagonal,
    demo: bool = False,
    practice: str = "",
    **options: object,
) -> Iterator[tuple[Tab, Callable[[Shown], None]]]:
    """Give a tab on a screen of that size (pixels, inches), and a function that shows a state of the page in it."""
    script, board, key = load_shipped("nl-BE", "kort"), Board(), make_key()
    with serve(make_site(script, board, diagonal, demo, practice), 0, key) as address:
        screen = {"viewport": {"width": width, "height": height}, "bypass_csp": True, "extra_http_headers": show_key(key)}
        tab = browser.new_page(**screen, **options)

        def show(state: Shown) -> None:
            board.change(lambda before: replace(state, turn=before.turn + 1))
            tab.goto(address)
            tab.wait_for_function(f"page.turn === {board.page.turn} && document.fonts.status === 'loaded' && !offering")

        yield tab, show
        tab.close()


def take_pictures(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with open_chromium() as browser:
        for width, height in ((800, 480), *SIZES):
            with open_screen(browser, width, height, demo=True) as (tab, show):
                for name, state in paint_states(load_shipped("nl-BE", "kort")).items():
                    if not names or name in names:
                        show(state)
                        tab.screenshot(path=folder / f"{name}-{width}x{height}.png")


if __name__ == "__main__":
    take_pictures(Path(sys.argv[1]), sys.argv[2:])
