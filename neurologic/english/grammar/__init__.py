"""The grammar of controlled English, one file for each kind of phrase."""

from neurologic.english.grammar import clausal, nominal, verbal
from neurologic.english.grammar.rules import Grammar, compile_grammar

GRAMMAR: Grammar = compile_grammar(
    [*clausal.RULES.rules, *nominal.RULES.rules, *verbal.RULES.rules]
)
"""The whole grammar; `Statement` and `Question` are its goals."""
