"""The tests: one module for each module of the library, laws, corpora and the public surface."""
