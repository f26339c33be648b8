"""What the door asks for columns: bytes to what the batcher takes, and an answer to bytes.

Both are to be called on a thread: the first call imports pyarrow, and every call may take milliseconds.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from bentos.columnar.limits import Limits
from bentos.decode import Decoder
from bentos.exchange import Answer, Decoded
from herdbook.dataset import Dataset

if TYPE_CHECKING:
    from bentos.columnar.records import Columns


class Codec:
    """Reads and writes bodies of columns of one dataset; costs nothing until the first of them comes.

    Parameters
    ----------
    decoder
        The reader of JSON, which says what is wrong with a record; also an attribute.
    """

    def __init__(self, decoder: Decoder, dataset: Dataset, *, max_records: int, max_body_bytes: int) -> None:
        self.decoder, self._dataset = decoder, dataset
        self._limits = Limits(max_records, max_body_bytes)

    @cached_property
    def _columns(self) -> Columns:
        from bentos.columnar.records import Columns  # noqa: PLC0415 - pyarrow, only where a client uses it

        return Columns(self.decoder, self._dataset, self._limits)

    def decode(self, media_type: str, body: bytes, *, is_inline: bool) -> Decoded:
        """Read a body of the type; raises as `Columns.decode` does."""
        return self._columns.decode(media_type, body, is_inline=is_inline)

    def encode(self, media_type: str, answer: Answer) -> bytes:
        """Write predictions as a body of the type."""
        from bentos.columnar.write import encode_table  # noqa: PLC0415 - as above

        return encode_table(media_type, answer)
