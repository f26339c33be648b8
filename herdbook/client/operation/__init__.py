"""Every operation of the API, each described once: what is sent, and how its answer is read.

The docstrings here are those of the methods of `Client` and `AsyncClient`.
"""

from herdbook.client.operation.clusters import discovery, name_clusters, place
from herdbook.client.operation.log import history, pedigree, prediction
from herdbook.client.operation.predictions import cluster, predict, predict_one
from herdbook.client.operation.registry import evaluation, generations, model, models, promote, roll_back
from herdbook.client.operation.service import dataset, health
from herdbook.client.operation.train import start_training, stop_training, training, trainings

__all__ = [
    "cluster",
    "dataset",
    "discovery",
    "evaluation",
    "generations",
    "health",
    "history",
    "model",
    "models",
    "name_clusters",
    "pedigree",
    "place",
    "predict",
    "predict_one",
    "prediction",
    "promote",
    "roll_back",
    "start_training",
    "stop_training",
    "training",
    "trainings",
]
