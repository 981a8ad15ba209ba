"""Recorded programs: readers for the dialects in which models once wrote problems down.

Each dialect has a grammar in grammars/ and a reader that turns a program into formulas of ours. No
text of a program is ever executed.
"""
