"""Measuring the library: data sets, methods, scores and speed, run as `python -m benchmarks`.

The library never imports this package. The way of a row:

```
dataset.examples(file) -> Example        data.py, rows.py   one row of a file, or where it is broken
method.answer(example) -> Finding        methods.py         translated, decided, or why not
run(examples, method)  -> Outcome        runner.py          one problem cannot stop the run
score(outcomes)        -> Score          scoring.py         how often the label is met
```

A data set of one's own is a class with one method (see `benchmarks.data.Dataset`).
"""
