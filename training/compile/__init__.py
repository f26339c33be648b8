"""Compiling: knows how to write a fitted pipeline as one ONNX graph, and how to prove that both answer alike.

It does not know how a pipeline is fitted, nor how a graph is served.
"""

from training.compile.compiled import Compiled, compile_model

__all__ = ["Compiled", "compile_model"]
