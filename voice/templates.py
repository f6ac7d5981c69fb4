"""Phrase templates, and the concrete phrases that they stand for.

    ja [dat is] (waar|juist)     [a] may be left out; (a|b) one of these
    ik heb <geen> pijn           <name> one of the phrases of the rule `name` in the same file

Own code rather than hassil: importing hassil alone takes 0.18 s of the 0.3 s that loading may take,
and all that is needed of it is this expansion. Raises ValueError in plain words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

Words = tuple[str, ...]
Phrases = list[Words]

MOST = 4000
"""More phrases than this in one template is a mistake in the template, not a wish."""

_TOKEN = re.compile(r"[()\[\]|]|<[^<>]*>|[^()\[\]|<>\s]+|[<>]")
_CLOSING = {"(": ")", "[": "]"}


def expand(template: str, rules: Mapping[str, Phrases], spell: Callable[[str], Words]) -> Phrases:
    """Every phrase of the template, each as words.

    rules: the phrases of the rules that it may name. spell: turns one word into its words.

    Raises ValueError where a bracket is open, a rule unknown or nothing is left to say.
    """
    phrases = _Expander(template, rules, spell).all()
    if not all(phrases):
        raise ValueError(f"the phrase '{template}' can be empty")
    return phrases


def _joined(heads: Phrases, tails: Phrases) -> Phrases:
    return [head + tail for head in heads for tail in tails]


class _Expander:
    """Reads one template from left to right."""

    def __init__(self, template: str, rules: Mapping[str, Phrases], spell: Callable[[str], Words]) -> None:
        self._short = template if len(template) <= 60 else f"{template[:60]}..."
        self._tokens = _TOKEN.findall(template)
        self._rules = rules
        self._spell = spell

    def all(self) -> Phrases:
        phrases = self._choices()
        if self._tokens:
            raise ValueError(f"'{self._tokens[0]}' closes a bracket that was never opened in '{self._short}'")
        return phrases

    def _choices(self) -> Phrases:
        choices = self._sequence()
        while self._tokens and self._tokens[0] == "|":
            self._tokens.pop(0)
            choices = choices + self._sequence()
        return choices

    def _sequence(self) -> Phrases:
        phrases: Phrases = [()]
        while self._tokens and self._tokens[0] not in ")]|":
            phrases = _joined(phrases, self._item(self._tokens.pop(0)))
            if len(phrases) > MOST:
                raise ValueError(f"'{self._short}' stands for more than {MOST} phrases; cut it in pieces")
        return phrases

    def _item(self, token: str) -> Phrases:
        if token in _CLOSING:
            return self._group(token)
        if token.startswith("<") and token.endswith(">") and len(token) > 2:
            return self._rule(token[1:-1])
        if token in "<>" or token == "<>":
            raise ValueError(f"'{token}' without the name of a rule in '{self._short}'")
        return [self._spell(token)]

    def _group(self, opening: str) -> Phrases:
        phrases = self._choices()
        if not self._tokens or self._tokens.pop(0) != _CLOSING[opening]:
            raise ValueError(f"'{opening}' is not closed by '{_CLOSING[opening]}' in '{self._short}'")
        if opening == "(" and () in phrases:
            raise ValueError(f"a choice is empty in '{self._short}'; write [ ] around what may be left out")
        return phrases + [()] if opening == "[" else phrases

    def _rule(self, name: str) -> Phrases:
        if name not in self._rules:
            raise ValueError(f"the rule <{name}> in '{self._short}' does not stand above it among the rules of this file")
        return self._rules[name]
