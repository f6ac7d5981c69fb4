"""How Dutch answers are phrased: the language data of prompts/<locale>/, compiled for matching.

Phrases are listed by what they do in an answer (`sorts.py`); every phrase belongs to one meaning only.
Templates are woven into a net (`net.py`), so that a short line may stand for thousands of phrases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice, zip_longest

from voice.understand.duration.duration import NO_DURATIONS, Durations
from voice.understand.grammar.automaton import EMPTY_AUTOMATON, Automaton, find_clash, list_words
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
from voice.understand.templates import Rules, Words, write_out_briefly

MOST_PHRASES = 2500
"""So many phrases are offered to an engine with a vocabulary; more slows its decoding."""


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """Compiled language data of one locale, with what one question adds to it.

    spell: the words of the spelling, with what was asked before remembered.
    common: every phrase of the locale that counts in company; alone: only where nothing else is said.
    own: phrases of the question, which outrank the common ones.
    readback, offer: phrases that hold for "klopt dat?" and for an offer only.
    topics: phrases that ask for a topic, with its id.
    spoilers: show that the unknown words around them are not an answer.
    openers: begin a question of the patient's own. negations: make a recognised "ja" doubtful.
    soft: single words that may go where an answer is not recognised with them; loose: phrases that may go
        where what is left is a yes.
    empty: single words that add nothing to a "nee", and denials: those that say it once more.
    well: phrases that say, after a "nee", that all is well; ordinary: single words that may stand beside them.
    affirming: first words of a yes that are as good as "ja", where nothing beside them is denied or well.
    unfinished: at the end of what was heard so far, these show that the patient will go on.
    openness: what the words of a question's own phrases may stand for.
    sounds: how unknown words are said elsewhere; known: the words of all phrases.
    written: the templates behind `own` and `common`.
    """

    spelling: Spelling = Spelling()
    spell: Spell = Spelling().split
    rules: Rules = field(default_factory=dict)
    common: Table = EMPTY_AUTOMATON
    alone: Table = EMPTY_AUTOMATON
    own: Table = EMPTY_AUTOMATON
    readback: Table = EMPTY_AUTOMATON
    offer: Table = EMPTY_AUTOMATON
    topics: Automaton[str] = EMPTY_AUTOMATON
    spoilers: Automaton[bool] = EMPTY_AUTOMATON
    openers: Automaton[bool] = EMPTY_AUTOMATON
    negations: Automaton[bool] = EMPTY_AUTOMATON
    soft: Automaton[bool] = EMPTY_AUTOMATON
    loose: Automaton[bool] = EMPTY_AUTOMATON
    well: Automaton[bool] = EMPTY_AUTOMATON
    unfinished: Automaton[bool] = EMPTY_AUTOMATON
    empty: frozenset[str] = frozenset()
    denials: frozenset[str] = frozenset()
    ordinary: frozenset[str] = frozenset()
    affirming: frozenset[str] = frozenset()
    openness: Openness = CLOSED
    sounds: Sounds = Sounds()
    known: frozenset[str] = frozenset()
    durations: Durations = NO_DURATIONS
    written: tuple[Entry, ...] = ()
    written_own: tuple[Entry, ...] = ()

    def split(self, text: str) -> Words:
        """The words of an answer, in the spelling of the phrases. Empty where nothing but hesitation was said."""
        return drop_repeats(self.sounds.find_usual(word, self.known) for word in self.spelling.split(text))

    def extend(self, own: Mapping[Meaning, Sequence[str]], where: str) -> Grammar:
        """This grammar with a question's own phrases, as templates by meaning.

        Raises ScriptError naming `where` for a bad template, or a phrase under two meanings.
        """
        added = tuple(
            (parse_phrases(template, self.rules, where, self.spell), Phrase(meaning, Role.OWN))
            for meaning, templates in own.items()
            for template in templates
        )
        entries = (*self.written_own, *added)
        table = compile_phrases(entries, self.spell, self.openness)
        refuse_clash(table, where)
        return replace(self, own=table, written_own=entries, known=self.known.union(list_words(table)))

    def with_topics(self, topics: Mapping[str, Sequence[str]]) -> Grammar:
        """This grammar with the phrases that ask for each topic. Raises ScriptError as `extend` does."""
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
        """What may be said, in lower case without punctuation, for engines with a vocabulary.

        The question's own first; then of every template the shortest, the next, and so on, because
        no more than MOST_PHRASES fit.
        """
        own = chain.from_iterable(write_out_briefly(template) for template, _ in self.written_own)
        common = _in_turns([write_out_briefly(template) for template, _ in self.written])
        said = (normalise(" ".join(words)) for words in chain(islice(own, MOST_PHRASES // 3), common))
        return tuple(islice(dict.fromkeys(said), MOST_PHRASES))


def _in_turns(phrases: list[Iterator[Words]]) -> Iterator[Words]:
    """One phrase of each in turn, until all are exhausted."""
    return (words for turn in zip_longest(*phrases) for words in turn if words)


EMPTY = Grammar()
