"""From raw records to a registered model: ingest, check, discover, label, tune, evaluate, register.

To read it in the order in which it works: `line.train` asks for a recipe and registers what comes out;
`fit.fit` makes the model, from what `find.find` finds out (`findings.Findings`: rows, clusters, labels,
scores, and what shall ship). Of the findings `card.build_card` writes the card, `examine.examine` looks for
what would qualify them, and `report` tells it all.

It does not know HTTP routes or the UI.
"""
