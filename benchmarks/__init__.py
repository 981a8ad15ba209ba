"""Measuring the library: data sets, methods, scores and speed, run as `python -m benchmarks`.

The library never imports this package. The way of a row:

```
dataset.examples(file) -> Example        data.py, rows.py   one row of a file, or where it is broken
method.answer(example) -> Finding        methods.py         translated, decided, or why not
collect(questions)     -> rows           runner.py          one problem cannot stop the run
opened(directory)                        rundir.py          rows that outlive the process
score(outcomes)        -> Score          scoring.py         how often the label is met
```

The way of a recorded translation:

```
load_recordings(file)  -> Recording      recorded.py        a problem and what a model wrote for it
Teller.ballot(attempt) -> Ballot         pipeline.py        read and decided, by our way or LINC's (linc.py)
rule_of(pipeline)      -> Tally          replay.py          counted by a rule of neurologic.voting
figures(rows)                            replay.py          what the rows of a replay say together
waterfall(problems)    -> Stand          waterfall.py       what each step between two pipelines changes
```

The way of a problem that a model is asked about:

```
Asking.ballots(example) -> ballots       asking.py          k samples, translated and decided, or answers
Choice.models()        -> LLM            models.py          asked, recorded or replayed, and accounted for
batched(llm, requests) -> LLM            batching.py        first through message batches, where wanted
Loop.share(llm)        -> LLM            shared.py          many problems at a time, few calls at a time
distinct(translations) -> Distinct       distinct.py        which of them say the same
```

A data set of one's own is a class with one method (see `benchmarks.data.Dataset`).
"""
