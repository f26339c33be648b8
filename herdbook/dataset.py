"""A dataset: one declaration from which record, frame, check, OpenAPI schema and form are derived."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, ValidationError, model_validator

from herdbook import frame as frames
from herdbook.errors import DatasetError, shown
from herdbook.feature import Declared, Feature
from herdbook.keys import DATASET_NAME
from herdbook.label import ColumnLabels, Labels, RuleLabels
from herdbook.record import build_record_class
from herdbook.settings import Settings
from herdbook.source import Source

MemberName = Literal[
    "logistic_regression",
    "rbf_svm",
    "random_forest",
    "extra_trees",
    "hist_gradient_boosting",
    "k_nearest_neighbors",
]
MEMBERS: tuple[MemberName, ...] = get_args(MemberName)


class TrainingPolicy(Declared):
    """What is tuned, and what is shipped of it."""

    ensemble: Literal["vote", "auto", "single"] = "auto"
    voting: Literal["soft", "hard"] = "soft"
    cluster_features: Literal["on", "auto", "off"] = "auto"
    members: tuple[MemberName, ...] = Field(default=MEMBERS, min_length=1)
    folds: int = Field(default=5, ge=2, le=20)
    seed: int = Field(default=0, ge=0, lt=2**32)
    budget_cpu_s: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """Seconds of CPU that a training may take, over all cores; None sets no bound."""


class EvaluationPolicy(Declared):
    """What is known to evaluate with, and never to train on."""

    truth: str | None = Field(default=None, min_length=1)
    """Raw column of the source's own kinds; a snapshot may come without it."""
    noise: str | None = Field(default=None, min_length=1)
    """What stands there for a record of no kind, an outlier."""

    @model_validator(mode="after")
    def _has_a_column(self) -> Self:
        if self.noise is not None and self.truth is None:
            raise ValueError(f"noise = {self.noise!r} needs truth, the column that it stands in")
        return self


class Policy(Declared):
    """When a training is refused."""

    maximum_set_aside: float = Field(default=0.05, ge=0, le=1)


class Dataset(Declared):
    """The declaration of one table: features, target, source and policy."""

    format: Literal[1]
    """When it changes: add the number here, and keep reading every older one under test."""
    name: str = Field(pattern=f"^{DATASET_NAME}$")
    description: str = ""
    features: tuple[Feature, ...] = Field(min_length=1, max_length=1_000)
    drop: tuple[str, ...] = ()
    source: Source
    labels: Labels
    training: TrainingPolicy = TrainingPolicy()
    evaluation: EvaluationPolicy = EvaluationPolicy()
    policy: Policy = Policy()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        names = list(self.feature_names)
        if reserved := [name for name in names if hasattr(BaseModel, name)]:
            raise ValueError(f"{shown(reserved)} may not name a feature: rename the column in the raw data")
        if len(set(names)) != len(names):
            raise ValueError("two features have the same name")
        if isinstance(self.labels, ColumnLabels) and self.labels.column in names:
            raise ValueError(f"the target {self.labels.column!r} may not be a feature")
        if (truth := self.evaluation.truth) is not None and truth in {*names, self.target}:
            raise ValueError(f"evaluation.truth {truth!r} may be neither a feature nor the target")
        if isinstance(self.labels, RuleLabels):
            used = {part.feature for rule in self.labels.rules for part in rule.conditions}
            if unknown := sorted(used - set(names)):
                raise ValueError(f"rules name {shown(unknown)}, which are no features")
        return self

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the features, in the order of a frame's columns."""
        return tuple(feature.name for feature in self.features)

    @property
    def target(self) -> str | None:
        """Name of the raw column that holds the label, if there is one."""
        return self.labels.column if isinstance(self.labels, ColumnLabels) else None

    @cached_property
    def schema_hash(self) -> str:
        """16 hex digits over all that decides which records are valid and how a frame holds them."""
        kept = {"name", "type", "minimum", "maximum", "values", "missing"}
        schema = [feature.model_dump(mode="json", include=kept) for feature in self.features]
        canonical = json.dumps(schema, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]

    @cached_property
    def record_class(self) -> type[BaseModel]:
        """The pydantic class of one record, strict and closed."""
        return build_record_class(self.name, self.features)

    def declaration(self) -> dict[str, Any]:
        """Give the whole file as plain JSON values, defaults included."""
        return self.model_dump(mode="json", by_alias=True)

    def to_frame(self, records: Sequence[Mapping[str, Any]]) -> NDArray[np.float64]:
        """Turn valid records into a frame of shape (n_records, n_features)."""
        return frames.to_frame(self.features, records)

    def to_records(self, frame: NDArray[np.float64]) -> list[dict[str, Any]]:
        """Turn a frame of shape (n_records, n_features) back into records."""
        return frames.to_records(self.features, frame)


def load_dataset(path: Path) -> Dataset:
    """Read a dataset file.

    Raises
    ------
    DatasetError
        The file is missing, no TOML, or declares something impossible.
    """
    cure = f"mend {path.name}; docs/datasets.md lists every field"
    try:
        declared = tomllib.loads(path.read_text(encoding="utf-8"))
        dataset = Dataset.model_validate(declared)
    except OSError as error:
        raise DatasetError(
            path.stem, problem=f"cannot read {path}: {error.strerror}", cure="check the path"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DatasetError(path.stem, problem=f"{path.name} is not TOML: {error}", cure=cure) from None
    except ValidationError as error:
        raise DatasetError(path.stem, problem=_first_problem(error), cure=cure) from None
    if dataset.name != path.stem:
        raise DatasetError(path.stem, problem=f"{path.name} says name = {dataset.name!r}", cure=cure)
    return dataset


def _first_problem(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "the file"
    return f"{where}: {first['msg']}"


def find_dataset(settings: Settings, name: str | None = None) -> Dataset:
    """Load the named dataset, the one of the settings, or the only one there is.

    Raises
    ------
    DatasetError
        There is no such dataset, or several and none is named.
    """
    wanted = name or settings.dataset
    known = sorted(path.stem for path in settings.datasets.glob("*.toml"))
    if wanted is None:
        if len(known) != 1:
            problem = f"{settings.datasets} holds {shown(known) or 'no dataset'}, and none is named"
            raise DatasetError("?", problem=problem, cure="name one with HERDBOOK_DATASET or --dataset")
        wanted = known[0]
    if wanted not in known:
        problem = f"there is no {settings.datasets / wanted}.toml"
        raise DatasetError(wanted, problem=problem, cure=f"known here: {shown(known) or 'none'}")
    return load_dataset(settings.datasets / f"{wanted}.toml")
