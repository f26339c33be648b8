"""How long the client waits between attempts, and what it reads in a refusal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herdbook.client import BusyError, ServiceAwayError
from herdbook.client.call import Lost, Reply
from herdbook.client.operation import health
from herdbook.client.trial import FIRST_BACKOFF_S, LONGEST_BACKOFF_S, Trial, Wait, seconds_of

LOST = Lost("gone", may_have_arrived=True)


@given(st.integers(min_value=0, max_value=12))
def test_wait_doubles_at_most_and_is_bounded(attempts: int) -> None:
    """The n-th wait is random between none and twice the bound of the one before, or ten seconds."""
    trial = Trial(health(), url="http://x", retries=99)
    for _ in range(attempts):
        trial.judge(LOST)

    verdict = trial.judge(LOST)

    assert isinstance(verdict, Wait)
    assert 0 <= verdict.seconds <= min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2**attempts)


@given(st.integers(min_value=0, max_value=20))
def test_trial_attempts_once_more_than_it_retries(retries: int) -> None:
    """Retries are bounded by what the caller says."""
    trial = Trial(health(), url="http://x", retries=retries)
    for _ in range(retries):
        trial.judge(LOST)

    with pytest.raises(ServiceAwayError):
        trial.judge(LOST)


def test_retry_after_may_be_a_date() -> None:
    """A date in half a minute means half a minute."""
    later = datetime.now(UTC) + timedelta(seconds=30)

    seconds = seconds_of(format_datetime(later, usegmt=True))

    assert seconds is not None
    assert 28 < seconds <= 30


@given(st.text(max_size=30))
def test_retry_after_of_any_text_is_seconds_or_none(text: str) -> None:
    """Whatever a proxy writes there is no failure."""
    seconds = seconds_of(text)

    assert seconds is None or seconds >= 0


@given(st.binary(max_size=300), st.sampled_from([429, 502, 503, 504]))
def test_refusal_of_any_bytes_is_a_sentence(body: bytes, status: int) -> None:
    """A busy proxy may answer anything."""
    with pytest.raises(BusyError, match=r"."):
        Trial(health(), url="http://x", retries=0).judge(Reply(status, body))
