"""The engine of the search: prepares splits, fits candidates on all cores, within a budget, and resumes.

It does not know what is done with the probabilities that come out, nor where a model is stored.
"""
