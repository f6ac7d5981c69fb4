"""Hold the language data of prompts/<locale>/, compiled for matching.

Phrases are listed by what they do in an answer (`phrase.py`); every phrase has one meaning only. Templates are compiled to
automata (`automaton.py`), so that a short line may stand for thousands of phrases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice, zip_longest

from voice.understand.age.age import NO_AGES, Ages
from voice.understand.duration.duration import NO_DURATIONS, Durations
from voice.understand.figures import FigureWords
from voice.understand.grammar.automaton import ANY, EMPTY_AUTOMATON, Automaton, find_clash, list_words
from voice.understand.grammar.compile import (
    CLOSED,
    Entry,
    Openness,
    Spell,
    Table,
    compile_phrases,
    complain_twice,
    parse_phrases,
    refuse_clash,
)
from voice.understand.grammar.phrase import Phrase, Role
from voice.understand.meaning import Meaning
from voice.understand.normalise import Sounds, Spelling, drop_repeats, normalise
from voice.understand.scale.scale import NO_SCALES, Scales
from voice.understand.side.side import NO_SIDES, Sides
from voice.understand.templates import Rules, Words, list_written, write_out_briefly

MOST_PHRASES = 2500
"""Most phrases that are offered to an engine with a vocabulary; more slow its decoding."""


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """Compiled language data of one locale, with what one question adds to it.

    spell: the words of a text in the usual spelling; remembers what was asked before.
    rules: what <name> stands for in templates.
    common: phrases that count beside others. alone: phrases that count only if nothing else is said.
    own: phrases of the question, which go before the common ones.
    readback, offer, moving: phrases that count only after "klopt dat?", after an offer, and while the patient moves.
    topics: phrases that ask for a topic, with its id.
    spoilers: show that the unknown words around them are no answer.
    openers: begin a question of the patient's own. negations: make a recognised "ja" doubtful.
    understatements: denials that say a lot ("dat is niet niks").
    soft: single words that may go if an answer is not understood with them.
    loose: phrases that may go if a yes is left.
    empty: single words that add nothing to a "nee". denials: single words that repeat it.
    well: phrases that say, after a "nee", that all is well. ordinary: single words that may stand beside them.
    limits: phrases that limit a no, by kind. complaints: single words that name any complaint (`earned.py`).
    complements: go on after a command and make it part of an answer ("stoppen met stappen").
    shapes: phrases by the class that they have in the shape of an answer (`shapes.py`). scopes: words of a question by what it
        asks about. own_words: words of the own phrases.
    affirming: first words of a yes that are as good as "ja" while nothing beside them is denied or well.
    recent: phrases that say whether something is new, by kind (`voice/understand/recent.py`).
    plans: phrases that say what somebody will do, by class (`voice/understand/plans.py`).
    unfinished: if what was heard so far ends in these, the patient will go on.
    durations, ages: the words for time. scales, sides: those for how much and where.
    figures: by kind of figure the words around it.
    openness: what the words of a question's own phrases may stand for.
    sounds: regional sounds of unknown words. known: the words of all phrases.
    written, written_own: the templates behind `common` and `own`. own_yes: the words of a yes among the latter.
    """

    spelling: Spelling = Spelling()
    spell: Spell = Spelling().split
    rules: Rules = field(default_factory=dict)
    common: Table = EMPTY_AUTOMATON
    alone: Table = EMPTY_AUTOMATON
    own: Table = EMPTY_AUTOMATON
    readback: Table = EMPTY_AUTOMATON
    offer: Table = EMPTY_AUTOMATON
    moving: Table = EMPTY_AUTOMATON
    topics: Automaton[str] = EMPTY_AUTOMATON
    spoilers: Automaton[bool] = EMPTY_AUTOMATON
    openers: Automaton[bool] = EMPTY_AUTOMATON
    negations: Automaton[bool] = EMPTY_AUTOMATON
    understatements: Automaton[bool] = EMPTY_AUTOMATON
    soft: Automaton[bool] = EMPTY_AUTOMATON
    loose: Automaton[bool] = EMPTY_AUTOMATON
    well: Automaton[bool] = EMPTY_AUTOMATON
    limits: Automaton[str] = EMPTY_AUTOMATON
    complements: Automaton[bool] = EMPTY_AUTOMATON
    recent: Automaton[str] = EMPTY_AUTOMATON
    plans: Automaton[str] = EMPTY_AUTOMATON
    unfinished: Automaton[bool] = EMPTY_AUTOMATON
    shapes: Automaton[str] = EMPTY_AUTOMATON
    scopes: Automaton[str] = EMPTY_AUTOMATON
    own_words: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()
    denials: frozenset[str] = frozenset()
    ordinary: frozenset[str] = frozenset()
    complaints: frozenset[str] = frozenset()
    affirming: frozenset[str] = frozenset()
    openness: Openness = CLOSED
    sounds: Sounds = Sounds()
    known: frozenset[str] = frozenset()
    durations: Durations = NO_DURATIONS
    ages: Ages = NO_AGES
    scales: Scales = NO_SCALES
    sides: Sides = NO_SIDES
    figures: Mapping[str, FigureWords] = field(default_factory=dict)
    written: tuple[Entry, ...] = ()
    written_own: tuple[Entry, ...] = ()
    own_yes: frozenset[str] = frozenset()

    def split(self, text: str) -> Words:
        """Split an answer into words in the spelling of the phrases; empty if it is mere hesitation."""
        words = tuple(self.sounds.find_usual(word, self.known) for word in self.spelling.split(text))
        return drop_repeats(self.spelling.join(words))

    def extend(self, own: Mapping[Meaning, Sequence[str]], where: str) -> Grammar:
        """Add a question's own phrases, as templates by meaning.

        Raises ScriptError that names `where` for a bad template, or a phrase under two meanings.
        """
        added = tuple(
            (parse_phrases(template, self.rules, where, self.spell), Phrase(meaning, Role.OWN))
            for meaning, templates in own.items()
            for template in templates
        )
        entries = (*self.written_own, *added)
        table = compile_phrases(entries, self.spell, self.openness)
        refuse_clash(table, where)
        written = frozenset(word for group, phrase in entries if phrase.meaning is Meaning.YES for word in list_written(group))
        own_yes = frozenset(word for text in written for word in ((text,) if text == ANY else self.spell(text)))
        words = frozenset(list_words(table))
        return replace(self, own=table, written_own=entries, own_yes=own_yes, own_words=words, known=self.known | words)

    def with_topics(self, topics: Mapping[str, Sequence[str]]) -> Grammar:
        """Add the phrases that ask for each topic. Raises ScriptError as `extend` does."""
        entries = [
            (parse_phrases(template, self.rules, f"topic {topic}", self.spell), topic)
            for topic, templates in topics.items()
            for template in templates
        ]
        table = compile_phrases(entries, self.spell)
        clash = find_clash(table, lambda one, other: one != other)
        if clash:
            raise complain_twice("topics", *clash)
        return replace(self, topics=table, known=self.known.union(list_words(table)))

    @property
    def phrases(self) -> tuple[str, ...]:
        """Expected phrases in lower case without punctuation, for engines with a vocabulary.

        The question's own phrases come first; then the shortest of every template, the next, and so on, because no more
        than MOST_PHRASES fit.
        """
        own = chain.from_iterable(write_out_briefly(template) for template, _ in self.written_own)
        common = _take_turns([write_out_briefly(template) for template, _ in self.written])
        said = (normalise(" ".join(words)) for words in chain(islice(own, MOST_PHRASES // 3), common))
        return tuple(islice(dict.fromkeys(said), MOST_PHRASES))


def _take_turns(phrases: list[Iterator[Words]]) -> Iterator[Words]:
    """Take one phrase of each in turn, until all are exhausted."""
    return (words for turn in zip_longest(*phrases) for words in turn if words)


EMPTY = Grammar()
