"""Read an answer by its shape if no phrase covers it: what is denied, what is affirmed, and what stands beside it.

Every word gets a class (prompts/nl/answers/shapes.yaml, and the question's own phrases); a word without one leaves the answer
unread. The classes in their order are the shape. The rules, each for every question and each only to be read back:

1. What is denied is a no, wherever the denial stands: "koorts heb ik niet gehad", "op de borst niet", "koorts, nee", "nieuwe
   problemen, nee". What is affirmed is a yes: "koorts wel", "een soort doof gevoel, ja".
2. Another complaint beside it changes nothing: "pijn wel, maar doof niet", "nee, niet doof, wel pijn". What is good if it is
   there is a no if affirmed: "pijn wel, maar kracht is er nog".
3. Denials add up to one: "nooit geen koorts", "nooit niet", "geen koorts, niks". Only "niet geen" is none.
4. After a "nee", what is well or a limit to something else keeps it a no: "nee, gewoon nog hetzelfde", "nee, alleen pijn".
5. A part is a no if the question asks about the whole, also after a "ja": one side for both, "soms" for every night, "met opzet"
   for what happens against the patient's will.
6. A "ja" stays a yes whatever follows, but for a denial of the complaint, a question or talk in the room. A story that tells a
   complaint of the question in one of its clauses is a yes, unless it says "nee".
7. Somebody else says so: "mijn vrouw zegt van wel".

Before these: a question back is none of them ("wat is weerstand?", "rond mijn wat?"), nor is what says that the patient cannot
know ("ik weeg mij nooit"). A denial that bends over a clause is never a no ("het is niet dat ik geen koorts had").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from voice.understand.chunks import ASIDE, UNKNOWN, Chunk
from voice.understand.expected import Expected
from voice.understand.grammar.grammar import Grammar
from voice.understand.grammar.phrase import Phrase, Role
from voice.understand.meaning import Answer, Meaning
from voice.understand.mentions import FIRST_PERSON
from voice.understand.polarity import cut_phrases, decide_flag
from voice.understand.simplify import loosen
from voice.understand.templates import Words

LETTERS = {"complaint": "T", "pain": "X", "function": "F", "place": "P", "side": "S", "pair": "B", "often": "H",
           "limit": "L", "present": "W", "against": "C", "filling": "", "measure": "M", "ordinary": "O", "condition": "I",
           "intended": "D", "cause": "Z", "named": "T", "none": "g", "never": "v", "nothing": "i", "then": "U",
           "outside": "U"}  # fmt: skip
"""The class of every heading of shapes.yaml that sorts words, in one letter. Others: N nee, J ja, d "niet", T a complaint of the
question, Y one that is told in a sentence, K one that denies something itself, A one that names an amount, Z a no of the
question, z one with a denial, G what is well, U any other word."""

DENIALS = ("none", "never", "nothing")
NO_CLASS = "U"
"""The class of a word that has none."""

_DENIED = "(?:[TYPB]+[dv]|P*[TYB]+i|P*[dgv]P*[TYB]+P*|g[TY]+[di]|W?P*Z+P*|P*zi?P*)"
_CONCORD = "(?:[vi][di]+T*|[vi][dgi]*gT+|v[gd]T+|g?T+v[dg]?|vz)"
_BESIDE = "(?:X+P*W?|WX+P*|L+[XPO]*X[XPO]*|X+P*L|Xd)"
_NO = re.compile(f"(?:N+d(?=WP*Z))?N*(?:{_BESIDE}C?)*(?:{_DENIED}|{_CONCORD}|P*FP*W|P*F+P*G+[PF]*)(?:C?{_BESIDE})*N*")
_ECHOED_NO = re.compile("(?:[TP]+|P*F*d?T+)N+")
_KEPT_NO = re.compile("N+M*(?:[OPFM]*G[OPFGM]*|L[OP]*X[XOP]*|[OM]*(?:gT|[Zz]O?))")
_YES = re.compile("(?:XdC?)*(?:[TY]+P*(?:W|J)+|P*[TY]W)(?:CX?d)?")
_LATE_YES = re.compile("[^Ndgvi]{0,4}J")
_ONE_SIDE = re.compile("[JN]*[OMXP]*(?:L[OMXP]*S|S[OMXP]*L)[OMXP]*|J+Z|dSC?WS|SdC?W?SW?|SWC?Sd")
_NOT_ALWAYS = re.compile("N*[ML]*H[OM]*N*")
_WANTED = re.compile("[JNCOMPT]*D[COM]*")
_ONLY_IF = re.compile("N+L?I[OMPXU]{1,6}")
_MEASURED = re.compile("[dgvi]M|[dgvi]U|K")
_LONG_YES = re.compile("J(?!.*(?:[NZzdviKJH]|gP*T|TP*g))")
LEAST_TAIL = 4
"""Fewest words after a "ja" that say something: "ja en dan" does not."""
LEAST_CLAUSE = 3
"""Fewest words of a clause in which a story tells a complaint."""
LONGEST_QUESTION = 9
"""Most words of a question back."""


def read_shape(words: Words, heard: Sequence[Chunk], expected: Expected) -> Answer | None:
    """Read an answer that the phrases leave open; None if it has no known shape. A yes or a no that it finds is not certain."""
    grammar = expected.grammar
    request = find_question_back(words, expected)
    if request:
        return Answer(request, matched="a question back")
    if _cannot_know(words, grammar):
        return Answer(Meaning.UNSURE, matched="cannot know")
    meaning = _find_reported(words, grammar) or _find_meaning(words, heard, expected)
    if meaning is None or (meaning is Meaning.NO and bends(words, grammar)):
        return None
    return Answer(meaning, matched="shape", certain=False)


def bends(words: Words, grammar: Grammar) -> bool:
    """Whether a denial bends over what is denied after it: "het is niet dat ik geen koorts had"."""
    ends = (end for start in range(len(words)) for end, name in grammar.shapes.match_from(words, start) if name == "bending")
    return any(not grammar.denials.isdisjoint(words[end:]) for end in ends)


# --- questions back -----------------------------------------------------------------------------


def find_question_back(words: Words, expected: Expected) -> Meaning | None:
    """EXPLAIN if the patient asks what a word means, REPEAT if half of the question was heard; None if it is no such question."""
    return Meaning.EXPLAIN if _asks_meaning(words, expected) else _find_echo(words, expected)


def _asks_meaning(words: Words, expected: Expected) -> bool:
    """Whether the patient asks what a word of the question means: "wat is weerstand", "cortisone, is dat tegen de pijn"."""
    grammar = expected.grammar
    for start in range(min(len(words), 3)):
        end = max((end for end, name in grammar.shapes.match_from(words, start) if name == "asking"), default=0)
        said = (*words[:start], *words[end:])
        if end and all(_is_own_or_small(word, expected) for word in words[:start]) and _names_question(said, expected):
            return len(words) <= LONGEST_QUESTION
    return False


def _names_question(words: Sequence[str], expected: Expected) -> bool:
    asked = _find_asked(expected)
    return any(len(word) > 3 and (word in asked or word in expected.grammar.own_words) for word in words)


def _is_own_or_small(word: str, expected: Expected) -> bool:
    return word in _find_asked(expected) or word in expected.grammar.own_words or word in expected.grammar.empty


def _find_asked(expected: Expected) -> frozenset[str]:
    return _list_asked(expected.context, expected.grammar)


@lru_cache(maxsize=128)
def _list_asked(context: str, grammar: Grammar) -> frozenset[str]:
    return frozenset(grammar.spell(context))


def _is_own(word: str, expected: Expected) -> bool:
    """Whether the question or one of its own phrases says the word."""
    return word in _find_asked(expected) or word in expected.grammar.own_words


def _find_echo(words: Words, expected: Expected) -> Meaning | None:
    """REPEAT for "rond mijn wat", EXPLAIN for "bot wat": half a word was heard, so the word is what is not known."""
    asked = _find_asked(expected)
    if not 2 <= len(words) <= 4 or not _closes(expected.grammar, "half", words) or asked.isdisjoint(words[:-1]):
        half = (
            len(words) == 2
            and _closes(expected.grammar, "half", words)
            and any(word.startswith(words[0]) and word != words[0] for word in asked)
        )
        return Meaning.EXPLAIN if half and len(words[0]) > 2 else None
    return Meaning.REPEAT if asked.union(expected.grammar.empty).issuperset(words[:-1]) else None


# --- yes and no ---------------------------------------------------------------------------------


def _find_reported(words: Words, grammar: Grammar) -> Meaning | None:
    yes, no = _closes(grammar, "reported_yes", words), _closes(grammar, "reported_no", words)
    found = (phrase for start in range(len(words)) for _, phrase in grammar.common.match_from(words, start))
    heard = {phrase.meaning for phrase in found if phrase.role is Role.PARTICLE}
    if yes == no or (Meaning.NO if yes else Meaning.YES) in heard:
        return None
    return Meaning.YES if yes else Meaning.NO


def _find_meaning(words: Words, heard: Sequence[Chunk], expected: Expected) -> Meaning | None:
    asked = _find_asked(expected)
    shape = find_shape(words, expected, asked)
    if is_part_only(words, expected):
        return Meaning.NO
    if not {"U", "I"}.intersection(shape) and not _MEASURED.search(shape):
        plain = shape.replace("M", "")
        echoed = _ECHOED_NO.fullmatch(plain) and _is_echo(words, expected, asked)
        if echoed or any(rule.fullmatch(plain) for rule in (_NO, _KEPT_NO)):
            return None if _may_be_yes(words, heard, shape, expected.grammar) else Meaning.NO
        if _YES.fullmatch(plain):
            return Meaning.YES
    spoilt = expected.grammar.spoilers.occurs_in(words)
    late = _LATE_YES.fullmatch(shape) and any(
        word in expected.grammar.own_words or word in asked for word in words if len(word) > 3
    )
    if not spoilt and (late or (_LONG_YES.match(shape) and len(words) > LEAST_TAIL)):
        return Meaning.YES
    return Meaning.YES if "N" not in shape and _tells_story(words, expected) else None


def _tells_story(words: Words, expected: Expected) -> bool:
    """Whether one clause of several tells a complaint of the question, by the rules for a whole answer (`polarity.py`)."""
    listening = expected.listening
    if listening is None or listening.others.occurs_in(words) or listening.earlier.occurs_in(words):
        return False
    cuts = [
        0,
        *(i for i in range(1, len(words)) if words[i] in listening.clauses or _is_class("then", words[i], expected.grammar)),
        len(words),
    ]
    clauses = [words[start:end] for start, end in pairwise(cuts)] + [words[start + 1 : end] for start, end in pairwise(cuts)]
    return len(cuts) > 2 and any(_tells_yes(clause, expected) for clause in clauses if len(clause) >= LEAST_CLAUSE)


def _tells_yes(clause: Words, expected: Expected) -> bool:
    heard = cut_phrases(clause, expected)
    own = any(chunk.phrase.role is Role.OWN and chunk.phrase.meaning is Meaning.YES for chunk in heard)
    loose = (cut_phrases(plain, expected) for plain in loosen(clause, expected.grammar))
    own = own or any(chunk.phrase.role is Role.OWN for plain in loose for chunk in plain)
    return own and decide_flag(clause, heard, expected).meaning is Meaning.YES


def is_part_only(words: Words, expected: Expected) -> bool:
    """Whether what is told is less than what is asked (rule 5)."""
    asked = _find_asked(expected)
    shape = find_shape(words, expected, asked)
    both = _asks_about("both", expected) and _ONE_SIDE.fullmatch(shape)
    always = _asks_about("always", expected) and (_NOT_ALWAYS.fullmatch(shape) or _ONLY_IF.fullmatch(shape))
    unwanted = _asks_about("unwanted", expected) and _WANTED.fullmatch(shape)
    return bool(both or always or unwanted)


def denies_twice(words: Words, expected: Expected) -> bool:
    """Whether two denials deny once (rule 3): "nooit geen koorts"."""
    return bool(re.fullmatch(f"N*{_CONCORD}N*", find_shape(words, expected, _find_asked(expected))))


def _asks_about(scope: str, expected: Expected) -> bool:
    return scope in _list_scopes(expected.context, expected.grammar)


@lru_cache(maxsize=128)
def _list_scopes(context: str, grammar: Grammar) -> frozenset[str]:
    words = grammar.spell(context)
    return frozenset(name for start in range(len(words)) for _, name in grammar.scopes.match_from(words, start))


def _may_be_yes(words: Words, heard: Sequence[Chunk], shape: str, grammar: Grammar) -> bool:
    """Whether a no would be rash: a complaint of the question was told and nothing denied it, or it is mere politeness."""
    told = any(chunk.phrase.role is Role.OWN and chunk.phrase.meaning is Meaning.YES for chunk in heard)
    polite = any(chunk.phrase is not UNKNOWN and chunk.phrase.meaning is Meaning.UNCLEAR and len(chunk.words) > 1
                 for chunk in heard if chunk.phrase.role not in ASIDE)  # fmt: skip
    denied = re.search("[dgviz]|[^N]N+$", shape)
    return ((told or polite) and not denied) or _tells_lack(words, grammar)


def _tells_lack(words: Words, grammar: Grammar) -> bool:
    """Whether a complaint of the question that denies something itself stands among the words: "ik slaap niet"."""
    return any(
        phrase.meaning is Meaning.YES and not grammar.denials.isdisjoint(words[start:end])
        for start in range(len(words))
        for end, phrase in grammar.own.match_from(words, start)
    )


def _is_echo(words: Words, expected: Expected, asked: frozenset[str]) -> bool:
    """Whether only words of the question, or of no complaint in particular, come before the "nee".

    "zes kilo nee" may take back what it told.
    """
    known = asked.union(expected.grammar.empty).difference(FIRST_PERSON)
    grammar = expected.grammar
    general = {word for word in words if _is_class("complaint", word, grammar) or _is_class("filling", word, grammar)}
    return not _tells(words) and all(word in known or word in general or word in expected.grammar.denials for word in words[:-1])


def _tells(words: Words) -> bool:
    """Whether a complaint is told in the first person, so that a "nee" after it takes something back."""
    return not FIRST_PERSON.isdisjoint(words)


def find_shape(words: Words, expected: Expected, asked: frozenset[str]) -> str:
    """The classes of the words, in order, the longest known phrase first at each place."""
    return "".join(letter for letter, _ in _cut_classes(words, expected, asked))


def cut_shape(words: Words, expected: Expected) -> Iterator[tuple[str, Words]]:
    """Cut the words into parts that have one class each, as `find_shape` does; "" if a part changes nothing."""
    return _cut_classes(words, expected, _find_asked(expected))


def _cut_classes(words: Words, expected: Expected, asked: frozenset[str]) -> Iterator[tuple[str, Words]]:
    start = 0
    while start < len(words):
        nothing = (start + 1, NO_CLASS)
        end, letter = max(_find_classes(words, start, expected, asked), key=lambda one: one[0], default=nothing)
        yield letter, words[start:end]
        start = end


def _find_classes(words: Words, start: int, expected: Expected, asked: frozenset[str]) -> Iterator[tuple[int, str]]:
    """The phrases that begin here, with their classes; of two that are equally long the first counts."""
    grammar = expected.grammar
    sorted_ = [(end, name) for end, name in grammar.shapes.match_from(words, start) if name in LETTERS]
    yield from ((end, "U") for end, name in sorted_ if name == "outside")
    both = _asks_about("both", expected)
    places = (end for end, name in sorted_ if name == "place" and _is_own(words[end - 1], expected))
    yield from ((end, "S") for end, name in sorted_ if name == "side" and both)
    yield from ((end, "P") for end in places)
    for end, phrase in grammar.own.match_from(words, start):
        yield end, _class_of_own(words[start:end], phrase, grammar)
    for end, phrase in grammar.common.match_from(words, start):
        if phrase.role is Role.PARTICLE:
            yield end, "N" if phrase.meaning is Meaning.NO else "J"
    if words[start] in grammar.denials:
        name = next((name for end, name in sorted_ if end == start + 1), "")
        yield start + 1, LETTERS[name] if name in DENIALS else "d"
    yield from ((end, "G") for end, _ in grammar.well.match_from(words, start))
    for end, name in sorted_:
        yield end, _class_of_topic(name, words[start:end], expected, asked)
    for end, phrase in grammar.common.match_from(words, start):
        if phrase.role in ASIDE and phrase.role is not Role.CORRECTION:
            yield end, ""


def _class_of_own(words: Words, phrase: Phrase, grammar: Grammar) -> str:
    if phrase.meaning is Meaning.NO:
        return "Z" if grammar.denials.isdisjoint(words) else "z"
    if phrase.meaning is not Meaning.YES:
        return "U"
    if not grammar.denials.isdisjoint(words):
        return "K"
    if any(word[0].isdigit() or word in grammar.durations.amounts.numbers for word in words):
        return "A"
    return "Y" if _tells(words) or len(words) > 3 else "T"


def _class_of_topic(name: str, words: Words, expected: Expected, asked: frozenset[str]) -> str:
    """The class of a word that counts only if the question names it."""
    letter = LETTERS[name]
    if letter == "X" and _asks_about("pain", expected):
        return "T" if words[0] in asked else "U"
    if name == "side" and not _asks_about("both", expected):
        letter = "P"
    if name == "cause":
        return "Z" if _asks_about("fall", expected) else "U"
    if name == "named" and words[-1] not in asked:
        return "U"
    if letter in "PF" and letter and not _is_own(words[-1], expected):
        return "U"
    return letter


def _cannot_know(words: Words, grammar: Grammar) -> bool:
    """Whether the answer, or all of it before a "maar", says that the patient cannot know."""
    found = (
        (start, end)
        for start in range(min(3, len(words)))
        for end, name in grammar.shapes.match_from(words, start)
        if name == "unknowing"
    )
    return any(
        (end == len(words) or _is_class("against", words[end], grammar)) and grammar.empty.issuperset(words[:start])
        for start, end in found
    )


def _is_class(name: str, word: str, grammar: Grammar) -> bool:
    return any(found == name for _, found in grammar.shapes.match_from((word,), 0))


def _closes(grammar: Grammar, name: str, words: Words) -> bool:
    return any(
        found == name and end == len(words)
        for start in range(len(words))
        for end, found in grammar.shapes.match_from(words, start)
    )
