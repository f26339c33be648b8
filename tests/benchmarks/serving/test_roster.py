"""Who takes part, how each is asked, and what our own switches hold on to."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from benchmarks.serving import protocol
from benchmarks.serving.body import make_bodies, spoil
from benchmarks.serving.export import Kit
from benchmarks.serving.roster import ALL, Contestant

PEERS = [each for each in ALL if each.kind == "peer"]
RECORD = {"height": 1.0, "weight": 30.0}


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_peer_has_its_requirements_and_its_lock(peer: Contestant) -> None:
    """Each lies in a folder of its own, and the lock pins all that is asked for."""
    asked = (peer.folder / "requirements.in").read_text().split()
    pinned = (peer.folder / "requirements.lock").read_text()

    assert all(f"{name.partition('[')[0]}==" in pinned for name in asked)


@pytest.mark.filterwarnings("ignore:GitWildMatchPattern:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:The `__get_pydantic_core_schema__`:DeprecationWarning")
def test_switches_replace_names_that_are_there() -> None:
    """The services without a part stand on two names; if one goes, they would measure the whole."""
    import bentos.app
    import bentos.hall

    assert callable(bentos.app.build_doors)
    assert callable(bentos.hall.WriteAheadLog)


@pytest.mark.parametrize("nth", [0, 1])
def test_tensor_and_table_answers_are_read_as_labels(kit: Kit, nth: int) -> None:
    """Peers that answer probabilities alone are right if the most probable class is."""
    said = [[0.1, 0.9], [0.7, 0.3]][nth]
    tensor = orjson.dumps({"outputs": [{"shape": [1, 2], "data": said}]})
    table = orjson.dumps({"predictions": [said]})

    assert protocol.TENSOR.count_right(kit, tensor, [str(kit.labels[nth])]) == 1
    assert protocol.TABLE.count_right(kit, table, [str(kit.labels[nth])]) == 1
    assert protocol.TABLE.count_right(kit, table, [str(kit.labels[1 - nth])]) == 0


def test_bodies_are_written_and_one_in_64_is_spoilt(kit: Kit, tmp_path: Path) -> None:
    """What wrk reads is what was made; every 64th has a weight below nothing."""
    bodies = make_bodies(kit, protocol.TENSOR, 1, tmp_path / "one")
    flat = [orjson.dumps(RECORD)] * len(bodies.bodies)

    spoilt = spoil(type(bodies)(**(vars(bodies) | {"bodies": flat})), tmp_path / "bad")

    assert len(list((tmp_path / "one").iterdir())) == len(bodies.bodies) == 256
    negative = [nth for nth, body in enumerate(spoilt.bodies) if orjson.loads(body)["weight"] < 0]
    assert negative == [63, 127, 191, 255]
