# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A translation built from parts
#
# A sentence is taken apart, its formula is built up from the simplest part, several ways of doing so
# give several candidates, and one of them is selected by proof (CLOVER, Ryu et al., ICLR 2025). Here
# is one scheduling game, step by step, and then a problem with premises and a conclusion.
#
# The replies come from a recording, so nothing is asked and nothing is paid. **They were written by
# hand for this notebook; no model said them.** Two of the three formulas for the last rule of the game
# are wrong on purpose.

# %%
from pathlib import Path

from neurologic import reason
from neurologic.certification import certify_options
from neurologic.choice import choice_problem, choose
from neurologic.equivalence import compare
from neurologic.llm import Recording
from neurologic.translation import Composed, Compositional, prepare
from neurologic.translation.accumulation import accumulate
from neurologic.translation.selection import Verify

recorded = Path("recordings/composition.jsonl")
if not recorded.exists():  # started from the top folder
    recorded = Path("notebooks") / recorded
model = Recording(recorded, mode="replay")

# %% [markdown]
# ## Prepare
#
# The puzzle as it stands in print becomes declarations and plain sentences, each of which can be
# translated by itself. The declarations are read by the grammar, never executed.

# %%
text = (
    "Five speakers (Ada, Ben, Cleo, Dan and Eve) give one talk each, on the five days from Monday "
    "to Friday, one talk a day. Ada speaks on some day before Ben. Eve speaks on the day "
    "immediately after Dan. Ben does not speak on Tuesday unless Cleo speaks on Monday."
)
question = "If Eve speaks on Friday, which one of the following must be true?"
options = [
    "A) Ada speaks on Monday.",
    "B) Ben speaks on Wednesday.",
    "C) Cleo speaks on Tuesday.",
    "D) Cleo speaks on Monday.",
    "E) Ada speaks on Tuesday.",
]
game = prepare(model, text, question, options).problem
print(game.signature)
print(*game.constraints, *game.conditions, sep="\n")
print(game.kind, [label for label, _ in game.queries])

# %% [markdown]
# ## Structures and accumulation
#
# The model takes every sentence apart, in several ways where it can: units (`U`) say one thing,
# couplers (`C`) join, dependents (`D`) change what they depend on. A structure is checked before it is
# used: one root, no circle, every word of the sentence in some component.


# %%
def translated(verify: Verify) -> Composed:
    """All sentences of the game, each with the formula that is selected."""
    return Compositional(model, verify=verify, limit=1).compose(
        game.sentences, signature=game.signature, theory=game.theory, lexicon=game.lexicon
    )


composed = translated("consistency")
rule = composed.compositions[3]
structure = rule.structures[0]
structure

# %% [markdown]
# From a structure the steps to the sentence follow by rule, without another call: the units, then a
# unit with what depends on it, then what a coupler joins.

# %%
for step in accumulate(structure):
    print(f"rule {step.rule}: {step.text}")

# %% [markdown]
# ## Candidates and classes
#
# The model writes one formula for each step, the earlier ones before its eyes. The last one is a
# candidate for the sentence. Candidates that are proved to be equivalent are one class.

# %%
for candidate in rule.candidates:
    print(f"structure {candidate.structure + 1}: {candidate.formula.formula}")
for found, weight in zip(rule.selection.classes, rule.selection.weights, strict=True):
    print(f"{weight:.2f}  {found}")
print(rule.selection.reason)

# %% [markdown]
# The heavier class wins, and it is wrong: two candidates took "unless" the wrong way round. So is the
# answer to the question.

# %%
choose(choice_problem(game, composed.formulas))

# %% [markdown]
# ## A situation that separates them
#
# Where two formulas are not equivalent there is a structure in which one holds and the other does not.

# %%
first, second = (found.representative for found in rule.selection.classes)
compare(first, second, declared=game.signature)

# %% [markdown]
# `verify="disprove"` puts such situations, in words, before a judge: can this occur if the sentence
# holds? Every answer counts for the classes that agree with it, beside their weight.

# %%
composed = translated("disprove")
rule = composed.compositions[3]
for judgement in rule.selection.judgements:
    print(judgement.situation.text, "->", judgement.opinion, end="\n\n")
print(rule.formula)
print(rule.selection.reason)
print(composed.calls)

# %% [markdown]
# ## The answer, and what certifies it

# %%
problem = choice_problem(game, composed.formulas)
choose(problem)

# %%
certified = certify_options(problem)
for label, (certificate,) in certified.items():
    print(label, certificate.verdict.name, certificate.check().verdict)

# %% [markdown]
# ## Premises and a conclusion
#
# The same translator serves `reason`. Nothing is declared here, so one call of the direct translator
# finds the symbols first, and its formulas are candidates beside the composed ones.

# %%
answer = reason(
    [
        "Every restorer who works on frescoes is patient.",
        "No patient person shouts.",
        "Iva is a restorer who works on frescoes.",
    ],
    "Iva does not shout.",
    translator=Compositional(model, verify="disprove", limit=1),
)
answer

# %%
answer.translation.compositions[0]

# %%
print(answer.certificate)
