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
# # From English to a certified verdict
#
# Sentences become formulas, a solver decides, and the verdict comes with evidence that a small
# program checks again. Nothing here needs a model or a key.

# %%
from neurologic import decide, parse, reason

# %%
premises = [
    "Every lighthouse keeper owns a boat.",
    "Nobody who owns a boat is afraid of the sea.",
    "Inga is a lighthouse keeper.",
    "Olaf is a fisherman.",
]
answer = reason(premises, "Inga is afraid of the sea.")
answer

# %% [markdown]
# The card shows the verdict, each sentence beside its formula, which premises the proof uses, the
# proof line by line, and a model that shows the premises to be consistent. The verdict follows from
# the *formulas*. Whether they say what the sentences say is for you to judge, which is why both are
# shown.
#
# Everything on the card is a value of its own.

# %%
answer.label, answer.verdict, answer.szs

# %%
answer.formulas[0]

# %% [markdown]
# ## The certificate
#
# A certificate is JSON text. `check` hands it to a kernel, four files of under 300 lines each, which
# knows nothing of the parser, the solver or the prover that found the proof.

# %%
certificate = answer.certificate
certificate.check()

# %%
for line in certificate.lines:
    print(line.number, line.formula, line.premises, dict(line.substitution), line.lines)

# %% [markdown]
# What has been tampered with is refused, with the place and the reason.

# %%
from neurologic import Rejected, proof

for forged in (
    certificate.text.replace('"REFUTED"', '"ENTAILED"'),
    certificate.text.replace("(LighthouseKeeper inga)", "(LighthouseKeeper olaf)", 1),
):
    try:
        proof.check(forged)
    except Rejected as refusal:
        print(refusal)

# %% [markdown]
# On the command line, `python -m neurologic prove FILE --certificate CERT` writes one and
# `python -m neurologic verify CERT --problem FILE` checks that it is right, and that it is about
# this problem.

# %% [markdown]
# ## Uncertain: two counter-models
#
# That the premises entail neither the conclusion nor its negation is shown by two small worlds. The
# premises hold in both; the conclusion fails in one and holds in the other.

# %%
open_question = reason(premises, "Olaf owns a boat.")
open_question

# %%
open_question.certificate.models["goal"]

# %% [markdown]
# ## Premises that contradict each other
#
# From a contradiction everything would follow. The verdict is then neither True nor False, and the
# certificate shows which sentences do not go together.

# %%
contradictory = reason([*premises, "Inga is afraid of the sea."], "Olaf owns a boat.")
contradictory

# %% [markdown]
# ## Formulas
#
# Formulas can be written directly, in Unicode or ASCII, and shown as a tree.

# %%
parse("all x. (Keeper(x) -> exists y. (Boat(y) & Own(x, y)))")

# %%
decide(["all x. f(f(x)) = x", "f(a) = b"], "f(b) = a", core=True)
