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
# # A recorded vote, explored
#
# A language model translates a problem several times, each translation is decided, and the verdicts
# vote. The replies here come from a recording, so nothing is asked and nothing is paid. **They were
# written by hand for this notebook; no model said them.** With a model of your own, `Recording(path,
# llm)` records what it says, and the same cells explore it.

# %%
from collections import Counter
from pathlib import Path

from neurologic import reason
from neurologic.llm import Recording
from neurologic.translation import Direct

# %%
premises = [
    "Every violinist of the orchestra practises daily.",
    "Whoever practises daily and sleeps well plays without mistakes.",
    "Mira is a violinist of the orchestra.",
    "Mira does not play without mistakes.",
]
conclusion = "Mira sleeps well."

recorded = Path("recordings/vote.jsonl")
if not recorded.exists():  # started from the top folder
    recorded = Path("notebooks") / recorded
translator = Direct(Recording(recorded, mode="replay"), rounds=0, repair=False)
answer = reason(
    premises, conclusion, translator=translator, samples=8, variants=["default", "lines"]
)
answer

# %% [markdown]
# ## Who said what
#
# Each vote knows which variant of the prompt it comes from. A translation that could not be read
# votes for nothing, and says why.

# %%
for sample, vote in zip(answer.samples, answer.votes, strict=True):
    verdict = vote.verdict.label if vote.verdict is not None else f"({vote.error})"
    print(f"{sample.variant:8} {verdict}")

# %%
answer.agreement

# %% [markdown]
# ## How many samples does it take?
#
# The label after the first vote, the first two, and so on. One sample would have answered as well
# here; the first two did not agree.

# %%
answer.curve

# %% [markdown]
# ## Where the translations differ
#
# The fourth premise is where they part: most replies deny what the second premise speaks of, others
# make up a predicate of their own for playing with mistakes, and then nothing follows.

# %%
differing = Counter(
    str(sample.translation.sentences[3][0].formula)
    for sample in answer.samples
    if sample.translation and isinstance(sample.translation.sentences[3], tuple)
)
differing.most_common()

# %% [markdown]
# ## Other ways to count
#
# `majority` is the plain rule; LINC's own, which breaks ties by the vote met first, is `linc`.
# `definite:0.5` lets True or False win from half of the votes on; `likelihood` weighs what each
# verdict says about each label. None of them changes the translations.

# %%
for rule in ("majority", "definite:0.5", "likelihood"):
    again = reason(
        premises,
        conclusion,
        translator=translator,
        samples=8,
        variants=["default", "lines"],
        vote=rule,
    )
    print(f"{rule:13} {again.label!s:10} {again.tally.reason}")

# %% [markdown]
# ## The evidence
#
# The answer shows one translation that voted for the winner, and its certificate is about the
# formulas of that translation.

# %%
print(answer.certificate)
