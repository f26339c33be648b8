"""Tests of the engine: folds, tasks, processes, budgets and checkpoints."""
