"""The form of one request: how its body is read, and how its answer is written."""

from __future__ import annotations

from dataclasses import dataclass

from bentos.columnar.codec import Codec
from bentos.columnar.media import COLUMNAR, JSON, Headers, answer_type_of, is_columnar, type_of, wants_inline
from bentos.encode import encode_predictions
from bentos.exchange import Answer, Decoded


@dataclass(frozen=True, slots=True)
class Form:
    """A request of which the body, or the answer, or both are columns; its methods belong on a thread.

    Attributes
    ----------
    sent, wanted
        Media types of the body and of the answer.
    is_inline
        Whether the query asks to answer a bad record in its place; JSON says so itself.
    """

    codec: Codec
    sent: str
    wanted: str
    is_inline: bool

    @property
    def name(self) -> str:
        """What tells this form from others under one Idempotency-Key: all that the answer depends on."""
        return f"predict {self.sent} {self.wanted} {self.is_inline}"

    def decode(self, body: bytes) -> Decoded:
        """Read the body; raises as the reader of its type does."""
        if self.sent in COLUMNAR:
            return self.codec.decode(self.sent, body, is_inline=self.is_inline)
        return self.codec.decoder.decode(body)

    def encode(self, answer: Answer) -> bytes:
        """Write the answer."""
        return encode_predictions(answer) if self.wanted == JSON else self.codec.encode(self.wanted, answer)


def form_of(codec: Codec, headers: Headers, query_string: bytes) -> Form | None:
    """Give the form of a request, or None for one that is JSON both ways.

    Raises
    ------
    ParameterError
        The body is columns, and the query holds anything else than `errors`.
    """
    if not is_columnar(headers):
        return None
    sent = type_of(headers)
    return Form(codec, sent, answer_type_of(headers), sent in COLUMNAR and wants_inline(query_string))
