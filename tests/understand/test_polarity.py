"""The rules of `polarity.py`, each on an example that only it decides, in a language of a few phrases.

What the whole language makes of whole answers is tried in test_answer.py.
"""

from __future__ import annotations

from dataclasses import replace

from voice.understand.chunks import Chunk
from voice.understand.expected import Care, Expected, Kind
from voice.understand.grammar.compile import compile_phrases
from voice.understand.grammar.grammar import EMPTY
from voice.understand.grammar.phrase import Phrase, Role
from voice.understand.meaning import Answer, Meaning
from voice.understand.polarity import cut_phrases, decide_flag, find_own_yes
from voice.understand.templates import parse

YES, NO, UNCLEAR = Phrase(Meaning.YES), Phrase(Meaning.NO), Phrase(Meaning.UNCLEAR)
OWN_YES, OWN_NO = Phrase(Meaning.YES, Role.OWN), Phrase(Meaning.NO, Role.OWN)
ORDER = (Meaning.ALARM, Meaning.HELP, Meaning.STOP, Meaning.BACK, Meaning.LOUDER, Meaning.SOFTER, Meaning.SLOWER,
         Meaning.REPEAT, Meaning.EXPLAIN, Meaning.DECLINE, Meaning.WAIT, Meaning.UNSURE)  # fmt: skip
"""The requests, the most pressing first."""
REQUESTS = {meaning: f"verzoek {meaning.value} graag".replace("_", "") for meaning in ORDER}
"""A phrase of three words for each request."""


def net(phrases):  # type: ignore[no-untyped-def]
    return compile_phrases([(parse(text, {}), value) for text, value in phrases.items()], lambda word: (word,))


GRAMMAR = replace(
    EMPTY,
    common=net({
        "ja": Phrase(Meaning.YES, Role.PARTICLE), "nee": Phrase(Meaning.NO, Role.PARTICLE),
        "och": Phrase(Meaning.UNCLEAR, Role.AROUND), "dokter": Phrase(Meaning.UNCLEAR, Role.AROUND),
        "ik bedoel": Phrase(Meaning.UNCLEAR, Role.CORRECTION),
        "dat heb ik": YES, "dat heb ik niet": NO, "dat heb ik nooit": NO, "ik heb": YES, "nooit": NO,
        "misschien wel": Phrase(Meaning.YES, certain=False),
        "valt mee": Phrase(Meaning.NO, certain=False, played_down=True), "zelden": Phrase(Meaning.NO, little=True),
        "niet meer": Phrase(Meaning.NO, Role.AFTER), "toch wel": Phrase(Meaning.YES, Role.AFTER), "genoeg": NO,
        "ook niet": NO, "ook niet meer": NO, "ook echt niet meer": NO, "zeker niet weinig": YES, "geen": NO, "nu geen": NO,
        "geen nu": NO, "ik kan niet": NO, "helpt ook": NO, "nee geen": Phrase(Meaning.NO, Role.PARTICLE),
        "weet niet": Phrase(Meaning.UNSURE), "weet niet zeker": Phrase(Meaning.UNSURE), "gaat goed": YES, "alles goed": NO,
        "lief zeg": UNCLEAR, "mooi": UNCLEAR, "adem ik niet": Phrase(Meaning.ALARM),
        "ik kan niet opstaan": Phrase(Meaning.ALARM, Role.UNLESS_YES), "mijn hart steekt": Phrase(Meaning.ALARM),
        "hartpijn": Phrase(Meaning.ALARM), 
        "stop": Phrase(Meaning.STOP), "hou op": Phrase(Meaning.STOP), "doe dat af": Phrase(Meaning.STOP), "ik moet weg": Phrase(Meaning.STOP),
        "wil stoppen": Phrase(Meaning.STOP), "wil ophouden": Phrase(Meaning.STOP), "misschien stop": Phrase(Meaning.STOP, certain=False), "stoppen maar": Phrase(Meaning.STOP),
        "wacht": Phrase(Meaning.WAIT), "wat luider": Phrase(Meaning.LOUDER), "hulp gevraagd": Phrase(Meaning.HELP), "help mij recht": Phrase(Meaning.HELP, Role.UNLESS_YES), "juist gehoord vroeger": YES, "terug daar": Phrase(Meaning.BACK),
        **{text: Phrase(meaning) for meaning, text in REQUESTS.items()},
    }),
    own=net({"mijn been tintelt": OWN_YES, "tintelt": OWN_YES, "dat heb": OWN_YES, "tintelt altijd erg": OWN_YES, "ik tintel erg": OWN_YES, "liggen helpt": OWN_NO,
             "liggen helpt niet": OWN_NO, "mijn been is goed": OWN_NO}),
    alone=net({"he": Phrase(Meaning.REPEAT, Role.ALONE), "hm": Phrase(Meaning.NO, Role.ALONE), "liever niet zo": Phrase(Meaning.STOP, Role.ALONE, certain=False)}),
    readback=net({"fout": NO, "juist gehoord": YES}),
    offer=net({"dag": NO}),
    denials=frozenset({"niet", "nooit", "geen"}),
    negations=net({"(niet|geen)": True}),
    well=net({"goed": True}), ordinary=frozenset({"alles", "gaat", "mooi", "lief", "zeg"}), empty=frozenset({"dat", "heb", "ik"}),
    spoilers=net({"schat": True}), soft=net({"heel": True, "echt": True}), loose=net({"vannacht": True}),
    complements=net({"met": True, "doe dat": True}),
)  # fmt: skip
FLAG = Expected("", Kind.FLAG, Care.HIGH, grammar=GRAMMAR)
HARMLESS_QUESTION = replace(FLAG, care=Care.LOW)
READBACK, TOPICS = replace(FLAG, kind=Kind.READBACK), replace(FLAG, kind=Kind.TOPICS)


def decide(text: str, expected: Expected = FLAG, backed: frozenset[Meaning] = frozenset()) -> Answer:
    words = tuple(text.split())
    return decide_flag(words, cut_phrases(words, expected), expected, backed)


def means(text: str, expected: Expected = FLAG) -> tuple[Meaning, bool]:
    answer = decide(text, expected)
    return answer.meaning, answer.certain


def check(rows: str) -> None:
    """Each row: a meaning, a question mark if it is not certain, and after a colon the answers, set apart by commas."""
    wrong = []
    for row in rows.strip().splitlines():
        meaning, texts = row.split(":")
        expected = Meaning(meaning.strip(" ?")), "?" not in meaning
        wrong += [(text, means(text.strip()), expected) for text in texts.split(",") if means(text.strip()) != expected]
    assert not wrong


def test_known_phrases_decide_together() -> None:
    check("""
        yes: ja, dat heb ik, mijn been tintelt, ja dat heb ik, och ja dokter, toch wel ja
        yes?: misschien wel, ja misschien wel, misschien wel ja
        no: nee, nee dat heb ik niet, dat heb ik niet, nee mijn been is goed, nee alles goed, nee niet meer
        no?: genoeg, valt mee, nee valt mee, nee ik heb nooit
        unclear: nee dat heb nooit
        unclear: och, mooi, ja nee, ja nee dat heb ik, nee dat heb ik, dat heb ik dat heb ik nooit, dat heb ik valt mee
        unclear: niet meer, toch wel, niet meer dat heb ik, zelden, nee zelden
        unclear: fout, juist gehoord, dag
    """)
    assert means("zelden", HARMLESS_QUESTION)[0] is Meaning.NO


def test_what_follows_a_ja_may_be_part_of_that_yes() -> None:
    check("""
        yes?: ja valt mee, och ja valt mee, ja ik kan niet opstaan
        alarm: ik kan niet opstaan
    """)


def test_a_denial_beside_a_no_takes_it_away_unless_it_is_long_or_repeats_it() -> None:
    check("""
        unclear: liggen helpt ook niet, liggen helpt ook niet meer, geen genoeg, nu geen genoeg
        no: liggen helpt ook echt niet meer, liggen helpt niet ook niet, dat heb ik niet genoeg, ik kan niet genoeg
        no?: geen nu genoeg
        no: geen nee, nee geen genoeg, nee ook niet, geen ook niet
        yes: tintelt zeker niet weinig
    """)


def test_that_all_is_well_after_a_nee_is_a_no_to_be_confirmed_but_politeness_is_none() -> None:
    check("""
        no?: nee gaat goed, nee mooi gaat goed
        unclear: nee lief zeg gaat goed, gaat goed mooi
    """)


def test_a_symptom_beside_doubt_is_a_yes_to_be_confirmed_and_goes_before_all_requests_but_an_alarm() -> None:
    check("""
        yes?: mijn been tintelt weet niet zeker, mijn been tintelt verzoek repeat graag, mijn been tintelt ik kan niet opstaan
        alarm: mijn hart steekt tintelt
        unclear: mijn been tintelt dat heb ik niet
    """)


def test_after_a_correction_only_a_yes_counts_and_only_if_something_was_taken_back() -> None:
    check("""
        yes?: nee ik bedoel ja, nee ik bedoel ja dokter, dat heb ik niet ik bedoel nee ik bedoel ja
        unclear: ik bedoel ja, nee ik bedoel nee, nee ik bedoel, ja ik bedoel nee, nee ik bedoel ja ik bedoel nee
    """)


def test_after_wait_only_a_yes_counts() -> None:
    check("""
        wait: wacht, nee wacht, wacht wacht
        yes?: wacht ja, nee wacht ja, wacht nee wacht ja
        unclear: wacht nee, ja wacht nee, wacht ja wacht nee
    """)


def test_a_stop_is_certain_unless_it_is_doubtful_or_something_else_is_said_beside_it() -> None:
    check("""
        stop: stop, nee stop, ja stop, och stop, stop hou op, ik moet weg, wil stoppen
        stop?: stop dat heb ik, dat heb ik stop, stop mooi, stop vlorp, misschien stop, liever niet zo, wil stoppen vlorp met
    """)


def test_a_stop_that_goes_on_is_none_if_it_may_be_told_of_a_complaint() -> None:
    check("""
        unclear: wil stoppen met vlorp, wil ophouden met vlorp, ik moet weg met vlorp
        stop?: wil stoppen doe dat af, stop met vlorp, hou op met vlorp, stoppen maar met vlorp
        yes?: ik tintel erg met vlorp stop, ja wil stoppen met a b c d e f
        unclear: ja wil stoppen met a b c d e f g
    """)


def test_an_alarm_is_denied_only_by_what_stands_directly_before_it_and_not_by_a_nee() -> None:
    check("""
        alarm: hartpijn, nee hartpijn, hartpijn geen, dat heb ik hartpijn, adem ik niet, mijn hart steekt geen
        alarm: vlorp mijn hart steekt vlorp schat, geen vlorp mijn hart steekt, geen mijn hart steekt vlorp mijn hart steekt
        unclear: geen hartpijn, och geen hartpijn, helpt ook hartpijn, dat heb ik niet hartpijn, vlorp geen mijn hart steekt
        unclear: niet mijn hart steekt
        unsure: weet niet mijn hart steekt
        help: geen verzoek help graag
    """)


def test_a_simpler_reading_is_never_certain() -> None:
    check("""
        yes?: heel mijn been tintelt, vannacht mijn been tintelt, ja heel vlorp
        yes?: vannacht ja
        alarm?: vannacht mijn hart steekt
        alarm: vannacht vlorp mijn hart steekt
        no?: heel nee
        unclear: heel, vannacht, vannacht nee
    """)


def test_among_unknown_words_whole_phrases_count_and_a_spoiler_makes_it_talk_in_the_room() -> None:
    check("""
        yes?: vlorp mijn been tintelt vlorp, vlorp tintelt altijd erg vlorp, mijn been tintelt vlorp schat, ja vlorp
        unclear: tintelt vlorp, vlorp mijn been tintelt schat, ja vlorp schat, nee vlorp
        unclear: tintelt altijd erg nee vlorp, vlorp mijn been tintelt dat heb ik niet
        help: hulp gevraagd vlorp, vlorp verzoek help graag
        unclear: vlorp hulp gevraagd, wacht vlorp, vlorp hartpijn
    """)
    assert decide("nee vlorp", backed=frozenset({Meaning.NO})) == Answer(Meaning.NO, "nee ...", certain=False)


def test_the_most_pressing_request_goes_first() -> None:
    for at, pressing in enumerate(ORDER):
        assert means(REQUESTS[pressing])[0] is pressing
        for other in ORDER[at + 1 :]:
            assert means(f"{REQUESTS[other]} {REQUESTS[pressing]}")[0] is pressing


def test_only_what_costs_a_question_more_is_granted_to_talk_in_the_room() -> None:
    harmless = {Meaning.LOUDER, Meaning.SOFTER, Meaning.SLOWER, Meaning.REPEAT, Meaning.EXPLAIN, Meaning.WAIT}
    for meaning in ORDER:
        granted = meaning if meaning in {*harmless, Meaning.ALARM} else Meaning.UNCLEAR
        assert means(f"vlorp {REQUESTS[meaning]} schat")[0] is granted


def test_a_phrase_that_counts_only_alone_does_not_decide_beside_others() -> None:
    check("""
        repeat: he
        no?: hm, hm och
        yes?: ja he
        unclear: hm vlorp
    """)
    beside = [Chunk(("he",), Phrase(Meaning.REPEAT, Role.ALONE)), Chunk(("dat", "heb", "ik"), YES)]
    assert decide_flag(("he", "dat", "heb", "ik"), beside, FLAG).meaning is Meaning.UNCLEAR


def test_a_read_back_and_an_offer_have_phrases_of_their_own() -> None:
    assert (means("fout", READBACK), means("juist gehoord", READBACK)) == ((Meaning.NO, True), (Meaning.YES, True))
    assert (means("dag", TOPICS), means("dag", READBACK)) == ((Meaning.NO, True), (Meaning.UNCLEAR, True))
    assert means("dag", replace(FLAG, kind=Kind.OFFER)) == (Meaning.NO, True)
    assert means("genoeg", READBACK) == (Meaning.NO, True), "only an answer to a question must be earned"


def test_beside_a_symptom_only_a_whole_phrase_that_completes_no_yes_calls() -> None:
    assert means("mijn been tintelt verzoek help graag") == (Meaning.HELP, True)
    assert means("mijn been tintelt hulp gevraagd")[0] is Meaning.YES
    assert means("mijn been tintelt help mij recht")[0] is Meaning.YES
    assert means("hulp gevraagd")[0] is means("help mij recht")[0] is Meaning.HELP


def test_only_a_yes_to_a_read_back_may_tell_more() -> None:
    assert decide("ja mijn been tintelt", READBACK).more
    assert not decide("ja", READBACK).more
    assert not decide("juist gehoord", READBACK).more
    assert decide("juist gehoord vroeger", READBACK).more
    assert not decide("nee mijn been is goed", READBACK).more
    assert not decide("ja mijn been tintelt").more


def test_at_a_read_back_a_brief_back_counts_whatever_else_is_said() -> None:
    assert means("terug daar vlorp", READBACK)[0] is Meaning.BACK
    assert means("terug daar vlorp")[0] is Meaning.UNCLEAR


def test_the_longest_of_the_questions_own_phrases_for_yes_is_found() -> None:
    def find(text: str) -> tuple[int, int] | None:
        return find_own_yes(tuple(text.split()), FLAG)

    assert find("vlorp mijn been tintelt") == (1, 4)
    assert find("tintelt vlorp mijn been tintelt") == (2, 5)
    assert find("mijn been tintelt vlorp tintelt") == (0, 3)
    assert find("mijn been is goed ja") is None
