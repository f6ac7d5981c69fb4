"""Find what an answer tells outside its question: mentions of other flags. Pure.

A patient who is asked about fever may say "nee, maar ik kan niet meer plassen". The rules:

1. Each clause is laid beside what would be a yes to every flag that is listened for; the open question is left out, for it
   has its answer.
2. A clause mentions a flag if it affirms one of the flag's own phrases, with or without when, where and how much. The same
   rules decide that as decide an answer (`polarity.py`), so "geen koorts" mentions nothing.
3. A phrase that also answers something else needs a word beside it that belongs to this flag only (`anchors`), and so does
   a phrase of one or two words: "het is daar doof" may be the leg. What may also mean not knowing ("dat ontsnapt mij") or ask
   for a repetition ("ik was even weg") is a mention that is not certain. A clause that is such a phrase from its first word
   to its last is never merely a command: "ik ben er niet bij geweest voor een minuut". A flag that is not urgent always
   needs a word of its own.
4. Somebody else's complaint, one of long ago, one that is only supposed, and a question are no mentions.
5. The learned reader proposes mentions of clauses in which the rules find none; these are not certain.
6. Nor are those of words that are not known, but differ from a word of the flag by one letter (`near.py`): "borstkkas".
7. An engine writes no commas. A yes to a flag beside a whole answer is a mention in doubt. If something is denied before it,
   or anything stands after it, it must begin as a sentence does ("dat heb ik niet ik kan niet meer plassen"), because
   "nog nooit flauwgevallen" and "pijn op de borst nee" deny it.
8. Some words make a yes more than its question, at the questions that `more` names: "ja, tussen mijn benen", asked whether
   a leg is numb, tells of the saddle. They tell nothing in a no, and are in doubt beside a denial.
9. What somebody is or has for good (`lasting`) may also be told as long ago, and in a question after "met mijn" or "als ik":
   "mag ik heffen met osteoporose". Such a mention is in doubt.

10. While somebody moves, what tells how that went needs a word that belongs to the flag only: "het gaat moeilijk" is no bladder.

A mention decides nothing. The dialogue puts the flag's question next, that of the most urgent first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise

from voice.understand.age.age import find_age
from voice.understand.chunks import ASIDE, UNKNOWN, Chunk
from voice.understand.duration.duration import find_days
from voice.understand.expected import Expected, Flag, Kind, Listening
from voice.understand.figures import FigureKind, find_figures
from voice.understand.grammar.phrase import Role
from voice.understand.meaning import Answer, Meaning, Mention
from voice.understand.near import mend
from voice.understand.polarity import HARMLESS, cut_phrases, decide_flag, find_own_yes
from voice.understand.reader import Reader
from voice.understand.scale.scale import find_score
from voice.understand.side.side import find_side
from voice.understand.simplify import loosen

Words = tuple[str, ...]

TELLING = 3
"""Words that a phrase needs to mention a flag without an anchor."""
MOST_CUTS = 6
"""Places at which an answer is cut into clauses, its ends among them; with more, no neighbours are tried together."""
PROPOSED = 0.7
"""Probability from which on the reader's mention is heeded: models/reader-nl-ruggespraak/README.md says what it buys."""
FIRST_PERSON = frozenset(("ik", "mij", "mijn"))
"""In the normal spelling of prompts/nl: with one of these in it, a complaint is the speaker's own, whoever is named beside it."""
_PAUSE = re.compile(r"[.;:!?]|,(?!\d)")


def find_mentions(text: str, expected: Expected, denied: bool = False) -> tuple[Mention, ...]:
    """Find the flags that an answer mentions as present, but for that of the open question, each once.

    denied: whether the answer is a no.
    """
    listening, found = expected.listening, dict[str, Mention]()
    if listening is None:
        return ()
    grammar = listening.common.grammar
    says_no = _says_no(grammar.split(text), listening)
    for part in _PAUSE.split(text):
        words = grammar.split(part)
        if expected.kind is Kind.AGE and find_age(words, grammar.ages).known:
            continue
        more = () if denied else _find_more(words, says_no, expected, listening)
        for mention in (*_find_in(words, expected, listening), *_find_near(part, expected, listening), *more):
            before = found.get(mention.question)
            if before is None or mention.certain:
                found[mention.question] = mention
    return tuple(found.values())


def is_time_of_mention(text: str, expected: Expected, today: date | None) -> bool:
    """Whether all lengths of time in the answer stand beside another complaint: "ik verlies urine sinds gisteren".

    What the pain may have begun with tells how long the pain has lasted, too: "sinds mijn val vorige week".
    """
    listening = expected.listening
    if listening is None:
        return False
    durations = expected.grammar.durations
    timed = [clause for clause in split_clauses(text, listening) if find_days(clause, durations, today).known]
    onsets = {flag.id for flag in listening.flags if flag.onset}
    told = [{one.question for one in _mentions_in(clause, clause, expected, listening) if one.certain} for clause in timed]
    return bool(told) and all(flags - onsets for flags in told)


def _find_in(words: Words, expected: Expected, listening: Listening) -> Iterator[Mention]:
    for clause in _cut_clauses(words, listening):
        yield from _mentions_in(clause, words, expected, listening)
    yield from _find_joined(words, expected, listening)


def _says_no(words: Words, listening: Listening) -> bool:
    """Whether a no or a denial stands somewhere in the words."""
    noes = (chunk.phrase.meaning is Meaning.NO for chunk in cut_phrases(words, listening.common) if chunk.phrase is not UNKNOWN)
    return any(noes) or not listening.common.grammar.denials.isdisjoint(words)


def _find_more(words: Words, says_no: bool, expected: Expected, listening: Listening) -> Iterator[Mention]:
    """The flags of which a word makes the answer more than one to its question (rule 8)."""
    for flag in listening.flags:
        if expected.question not in flag.at:
            continue
        for clause in _cut_clauses(words, listening):
            spans = [(start, end) for start in range(len(clause)) for end, _ in flag.more.match_from(clause, start)]
            if spans and not any(_is_elsewhere(clause, *span, listening) for span in spans):
                yield Mention(flag.id, certain=not says_no)


def _find_joined(words: Words, expected: Expected, listening: Listening) -> Iterator[Mention]:
    """What stands beside a whole answer without a pause, or a word that begins a clause, between them (rule 7)."""
    for flag in listening.flags:
        span = find_own_yes(words, flag.expected) if flag.id not in (expected.question, expected.follows) else None
        if span is None or span == (0, len(words)):
            continue
        before, told, after = words[: span[0]], words[slice(*span)], words[span[1] :]
        begins = told[0] in listening.subjects
        if not begins and (after or not expected.grammar.denials.isdisjoint(before)):
            continue
        if _is_elsewhere(words, *span, listening) or not all(_is_whole(rest, expected) for rest in (before, after) if rest):
            continue
        if _tells(told, words, flag, expected, listening):
            yield Mention(flag.id, certain=False)


def _is_whole(words: Words, expected: Expected) -> bool:
    """Whether the words are an answer to the question as they stand, or say nothing."""
    heard = cut_phrases(words, expected)
    if not any(chunk.phrase is UNKNOWN for chunk in heard):
        silent = all(chunk.phrase.role in ASIDE for chunk in heard)
        return silent or decide_flag(words, heard, expected).meaning is not Meaning.UNCLEAR
    if expected.kind is Kind.AGE:
        return find_age(words, expected.grammar.ages).known
    if expected.kind in (Kind.SCALE, Kind.SIDE):
        return _is_figure(words, expected)
    return expected.kind is Kind.DURATION and find_days(words, expected.grammar.durations, None).known


def _find_near(text: str, expected: Expected, listening: Listening) -> Iterator[Mention]:
    """What is mentioned if words that are not known were meant for words of a flag (rule 6)."""
    grammar = listening.common.grammar
    words = grammar.spelling.split(text)
    meant = mend(words, grammar.known | expected.grammar.known, listening.near)
    if meant != words:
        mentions = _find_in(grammar.split(" ".join(meant)), expected, listening)
        yield from (replace(mention, certain=False) for mention in mentions)


def split_clauses(text: str, listening: Listening) -> Iterator[Words]:
    """Cut the text at its pauses, and again before the words that begin a clause. Particles that open one are left out.

    Neighbours are tried together, too: "er komen maar een paar druppels" is one clause.
    """
    for part in _PAUSE.split(text):
        yield from _cut_clauses(listening.common.grammar.split(part), listening)


def _cut_clauses(words: Words, listening: Listening) -> Iterator[Words]:
    cuts = [0, *(place for place in range(1, len(words)) if words[place] in listening.clauses), len(words)]
    together = combinations(cuts, 2) if len(cuts) <= MOST_CUTS else pairwise(cuts)
    spans = sorted({(0, len(words)), *together})
    yield from dict.fromkeys(clause for start, end in spans for clause in _without_particles(words[start:end], listening))


def _without_particles(clause: Words, listening: Listening) -> Iterator[Words]:
    """The clause from its first word on that tells something: not "nee", "ja", "maar"; but "ze" in "ze heeft mij geduwd"."""
    start = 0
    for chunk in cut_phrases(clause, listening.common):
        end = start + len(chunk.words)
        opens = chunk.phrase.role in (*ASIDE, Role.PARTICLE) or set(chunk.words) <= listening.clauses
        places = range(start, end) if opens or clause[start] in listening.clauses else ()
        begins = next((place for place in places if _begins_yes(clause, place, end, listening)), None)
        if begins is not None or not opens:
            start = start if begins is None else begins
            break
        start = end
    if clause[start:]:
        yield clause[start:]


def _begins_yes(clause: Words, start: int, end: int, listening: Listening) -> bool:
    """Whether a yes to a flag begins at clause[start] and goes on beyond clause[end]."""
    matches = (match for flag in listening.flags for match in flag.expected.grammar.own.match_from(clause, start))
    return any(stop > end and phrase.meaning is Meaning.YES for stop, phrase in matches)


def _mentions_in(clause: Words, whole: Words, expected: Expected, listening: Listening) -> Iterator[Mention]:
    if _is_figure(clause, expected):
        return
    flags = [flag for flag in listening.flags if flag.id not in (expected.question, expected.follows)]
    is_asked = _is_asked(clause[:3], listening)
    yield from (Mention(flag.id, certain=False) for flag in flags if _is_lasting(clause, flag, is_asked, listening))
    if is_asked:
        flags = [flag for flag in flags if _opens_with_yes(clause, flag)]
        if not flags:
            return
    if _tells_how_it_went(clause, expected):
        flags = [flag for flag in flags if flag.is_anchored(clause)]
        if not flags:
            return
    wordings = _simplify(clause, expected, listening)
    told = [flag for flag in flags if any(_tells(wording, whole, flag, expected, listening) for wording in wordings)]
    yield from (Mention(flag.id) for flag in told)
    common = Meaning.UNCLEAR if told else _decide_common(clause, listening).meaning
    if common is Meaning.UNSURE or common in HARMLESS:
        least = TELLING if common is Meaning.UNSURE else max(TELLING, len(clause))
        able = [flag for flag in flags if flag.urgent or flag.is_anchored(clause)]
        hinted = (flag for flag in able if _measure_yes(clause, whole, flag, listening) >= least)
        yield from (Mention(flag.id, certain=False) for flag in hinted)
    if not told and listening.reader and not _is_elsewhere(clause, 0, len(clause), listening):
        yield from _proposed(clause, expected, listening, listening.reader)


def _simplify(clause: Words, expected: Expected, listening: Listening) -> tuple[Words, ...]:
    """The clause, and the clause without when, where and how much (rule 2); only as it is if it tells of long ago."""
    if listening.earlier.occurs_in(clause):
        return (clause,)
    return tuple(dict.fromkeys((clause, *loosen(clause, expected.grammar))))


def _is_asked(opening: Words, listening: Listening) -> bool:
    """Whether the words open a question: "kan het kwaad", not "ik kan het niet ophouden"."""
    starts = (start for start in range(len(opening)) for _ in listening.asked.match_from(opening, start))
    return any(FIRST_PERSON.isdisjoint(opening[:start]) for start in starts)


def _is_lasting(clause: Words, flag: Flag, is_asked: bool, listening: Listening) -> bool:
    """Whether the clause tells of what the speaker is or has for good, though it asks, or speaks of long ago (rule 9)."""
    if not flag.lasting or listening.others.occurs_in(clause):
        return False
    starts = [
        start
        for start in range(len(clause))
        for end, phrase in flag.expected.grammar.own.match_from(clause, start)
        if phrase.meaning is Meaning.YES and flag.is_anchored(clause[start:end])
    ]
    if not starts or not flag.expected.grammar.denials.isdisjoint(clause[: starts[0]]):
        return False
    return listening.given.occurs_in(clause[: starts[0]]) if is_asked else listening.earlier.occurs_in(clause)


def _tells_how_it_went(clause: Words, expected: Expected) -> bool:
    """Whether the clause is all an answer to how a movement went: "het gaat moeilijk" (rule 10)."""
    ends = (end for end, _ in expected.grammar.moving.match_from(clause, 0))
    return expected.kind is Kind.MOVING and len(clause) in ends


def _opens_with_yes(clause: Words, flag: Flag) -> bool:
    """Whether what looks like a question is all a yes: "kan het niet meer inhouden", without its "ik"."""
    return find_own_yes(clause, flag.expected) == (0, len(clause))


def _is_figure(clause: Words, expected: Expected) -> bool:
    """Whether the clause is a figure or a side that answers the question: "achtendertig" is an age if an age was asked for."""
    grammar = expected.grammar
    if expected.kind is Kind.AGE or (expected.figure and expected.figure.kind is FigureKind.AGE):
        return find_age(clause, grammar.ages).known
    if expected.kind is Kind.SCALE:
        return find_score(clause, grammar.scales).certain
    if expected.kind is Kind.SIDE:
        return find_side(clause, grammar.sides).certain
    if expected.figure is None:
        return False
    return bool(find_figures(clause, expected.figure.kind, grammar.figures, grammar.durations.amounts.numbers))


def _proposed(clause: Words, expected: Expected, listening: Listening, reader: Reader) -> Iterator[Mention]:
    for flag, probability in reader.find_mentions(clause).items():
        if probability >= PROPOSED and flag != expected.question and not _is_answer(clause, 1, flag, expected, listening):
            yield Mention(flag, certain=False)


def _tells(clause: Words, whole: Words, flag: Flag, expected: Expected, listening: Listening) -> bool:
    """Whether the clause, a part of the whole, says that the flag is present (rules 2 to 4)."""
    length = _measure_yes(clause, whole, flag, listening)
    if length and flag.is_anchored(clause):
        return True
    return flag.urgent and length >= TELLING and not _is_answer(clause, length, flag.id, expected, listening)


def _measure_yes(clause: Words, whole: Words, flag: Flag, listening: Listening) -> int:
    """Return how many words of the clause affirm the flag, now and of the speaker; 0 if it does not."""
    span = find_own_yes(clause, flag.expected)
    if span is None or _is_elsewhere(clause, *span, listening) or _is_denied(clause[slice(*span)], whole, flag.expected):
        return 0
    if span[0] and clause[span[0] - 1] in flag.expected.grammar.denials:
        return 0
    heard = cut_phrases(clause, flag.expected)
    if decide_flag(clause, heard, flag.expected).meaning is not Meaning.YES or not any(map(_is_own_yes, heard)):
        return 0
    return span[1] - span[0]


def _is_denied(phrase: Words, whole: Words, expected: Expected) -> bool:
    """Whether one of the flag's own phrases for no holds the phrase: "rillingen" in "geen koorts of rillingen"."""
    noes = (
        whole[start:end]
        for start in range(len(whole))
        for end, found in expected.grammar.own.match_from(whole, start)
        if found.meaning is Meaning.NO
    )
    return any(phrase == no[start : start + len(phrase)] for no in noes for start in range(len(no)))


def _is_own_yes(chunk: Chunk) -> bool:
    return chunk.phrase.role is Role.OWN and chunk.phrase.meaning is Meaning.YES


def _is_elsewhere(clause: Words, start: int, end: int, listening: Listening) -> bool:
    """Whether the phrase at clause[start:end] is somebody else's, of long ago, or only supposed (rule 4).

    A word of the phrase itself is nobody else: "ze" are the legs in "ze slapen allebei".
    """
    own = FIRST_PERSON.intersection(clause[start:end])
    return (
        (not own and any(map(listening.others.occurs_in, (clause[:start], clause[end:]))))
        or listening.earlier.occurs_in(clause[:start])
        or listening.earlier.occurs_in(clause[end:])
        or listening.supposed.closes(clause[:start])
    )


def _decide_common(clause: Words, listening: Listening) -> Answer:
    """Decide what the clause means at no question in particular."""
    return decide_flag(clause, cut_phrases(clause, listening.common), listening.common)


def _is_answer(clause: Words, length: int, flag: str, expected: Expected, listening: Listening) -> bool:
    """Whether the clause also answers something else (rule 3) than the question of the flag: any question; or, by as long a
    phrase, the open one or a yes to a milder one.
    """
    heard, common = cut_phrases(clause, listening.common), _decide_common(clause, listening)
    said = not any(chunk.phrase is UNKNOWN for chunk in heard)
    whole = length == len(clause)
    if common.meaning is not Meaning.ALARM and (said or (common.meaning is not Meaning.UNCLEAR and not whole)):
        return True
    spans = (find_own_yes(clause, other) for other in listening.milder if other.question != flag)
    answers = (end - start for start in range(len(clause)) for end, _ in expected.grammar.own.match_from(clause, start))
    return max((*answers, *(end - start for start, end in filter(None, spans))), default=0) >= length
