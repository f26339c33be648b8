"""A graph while it is written: nodes and constants that get their names as they come.

The few operators that a pipeline of ours takes are written here one by one, in float64. Measured with
skl2onnx 1.20, scikit-learn 1.9 and ONNX Runtime 1.31: given float64 it writes an imputer that the runtime has
no float64 kernel for, forests whose splits flip (262 of 5,000 rows of iris get another leaf) or that do not
load, no histogram gradient boosting at all, SVMs that count in float32, where a vote of classes flips at a
margin of 1e-7, and neighbours that take 5 ms for one row. What it does right is a scaler, a one-hot encoder
and a linear model, which are one to three operators each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from herdbook.graph import INPUT

OPSET, ML_OPSET, IR_VERSION = 18, 3, 9
"""Old enough for every ONNX Runtime that the project's range allows."""

ML_DOMAIN = "ai.onnx.ml"
TYPES = {"float64": TensorProto.DOUBLE, "bool": TensorProto.BOOL}


class UncompilableError(Exception):
    """Something that no operator is written for here; its sentence becomes the reason in the card."""


class Sketch:
    """Nodes and constants of a graph that is being written; names follow from the order alone."""

    def __init__(self, n_inputs: int) -> None:
        self.n_inputs = n_inputs
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def add(self, operator: str, *inputs: Any, domain: str = "", **attributes: Any) -> str:
        """Add a node and return its output's name; inputs are names, or arrays that become constants."""
        names = [each if isinstance(each, str) else self.constant(each) for each in inputs]
        output = f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, names, [output], domain=domain, **attributes))
        return output

    def add_pair(self, operator: str, *inputs: Any, **attributes: Any) -> tuple[str, str]:
        """Add a node of two outputs and return their names."""
        first = self.add(operator, *inputs, **attributes)
        second = f"{first}b"
        self._nodes[-1].output.append(second)
        return first, second

    def constant(self, array: NDArray[Any] | float | list[int]) -> str:
        """Keep an array under a name of its own; a float is a float64, a list of places is int64."""
        value = np.asarray(array, dtype=np.int64) if isinstance(array, list) else np.asarray(array)
        name = f"c{len(self._constants)}"
        self._constants.append(
            numpy_helper.from_array(np.ascontiguousarray(value).reshape(value.shape), name)
        )
        return name

    def cast(self, name: str, to: int) -> str:
        """Add a cast to another type of ONNX."""
        return self.add("Cast", name, to=to)

    def name(self, value: str, output: str) -> None:
        """Give a value the name of an output of the graph."""
        self._nodes.append(helper.make_node("Identity", [value], [output]))

    def finish(self, outputs: Mapping[str, tuple[str, int]]) -> bytes:
        """Close the graph: outputs by name, each with its type and its number of columns."""
        told = [
            helper.make_tensor_value_info(name, TYPES[kind], [None, width])
            for name, (kind, width) in outputs.items()
        ]
        taken = helper.make_tensor_value_info(INPUT, TensorProto.DOUBLE, [None, self.n_inputs])
        graph = helper.make_graph(self._nodes, "herdbook", [taken], told, self._constants)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(ML_DOMAIN, ML_OPSET)]
        model = helper.make_model(
            graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="herdbook"
        )
        onnx.checker.check_model(model)
        body: bytes = model.SerializeToString(deterministic=True)
        return body
