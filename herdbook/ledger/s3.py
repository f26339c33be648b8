"""The ledger in an S3 bucket: AWS, MinIO, SeaweedFS, Ceph, R2."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from herdbook.errors import (
    KeyInvalidError,
    KeyMissingError,
    SettingsError,
    StoreAwayError,
    StoreUnfitError,
    StoreUnsafeError,
)
from herdbook.keys import check_folder, check_key
from herdbook.ledger.protocol import Entry, check_object, check_same, without_secrets

PROBE = ".put-if-absent"
"""Object that the probe writes; its name starts with a dot, so it is never listed."""

ATTEMPTS = 5
"""How often a create is tried while the store answers that somebody else is writing the same key."""

_TAKEN = {"PreconditionFailed", "412"}
_BUSY = {"ConditionalRequestConflict", "OperationAborted", "409"}
_MISSING = {"NoSuchKey", "404", "NotFound"}
_SHAPE = "s3://bucket/prefix?endpoint=http://host:port&region=name, without credentials"
_LETTERS = "-0123456789=_abcdefghijklmnopqrstuvwxyz"


class S3Ledger:
    """A ledger below a prefix of a bucket; `If-None-Match: *` is its put-if-absent."""

    def __init__(self, url: str, *, client: Any, bucket: str, prefix: str) -> None:
        self.url = url
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    def create(self, key: str, body: bytes) -> None:
        """Store the body under a free key."""
        check_object(key, body)
        for attempt in range(ATTEMPTS):
            if self._put(key, body):
                return
            try:
                # a lost answer and the SDK's retry turn our own success into "taken": compare
                check_same(key, self.get(key), body)
            except KeyMissingError:
                time.sleep(0.05 * 2**attempt)
            else:
                return
        raise StoreAwayError(self.url, problem=f"it neither takes nor holds {key!r}")

    def get(self, key: str) -> bytes:
        """Return the bytes under the key."""
        check_key(key)
        with self._reached(key):
            held: bytes = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)["Body"].read()
            return held

    def list(self, prefix: str, *, after: str = "") -> Iterator[Entry]:
        """Iterate over the objects of a folder, sorted on our side, since some stores sort otherwise."""
        folder = self._prefix + check_folder(prefix)
        with self._reached(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=folder, StartAfter=folder + _start(prefix, after)
            )
            listed = [each for page in pages for each in page.get("Contents", ())]
        found = (Entry(each["Key"].removeprefix(self._prefix), each["Size"]) for each in listed)
        own = (entry for entry in found if entry.key > after and not entry.key.startswith("."))
        return iter(sorted(own))

    def stat(self, key: str) -> Entry | None:
        """Return the entry of the key, or None."""
        check_key(key)
        try:
            with self._reached(key):
                found = self._client.head_object(Bucket=self._bucket, Key=self._prefix + key)
        except KeyMissingError:
            return None
        return Entry(key, found["ContentLength"])

    def probe(self) -> None:
        """Prove that the store refuses to write over an object that is there.

        The probe object lasts, so a later probe costs one request and leaves nothing behind.

        Raises
        ------
        StoreUnsafeError
            It wrote twice.
        StoreAwayError, StoreUnfitError
            It cannot be asked, or there is no such bucket.
        """
        if self._put(PROBE, uuid.uuid4().bytes) and self._put(PROBE, uuid.uuid4().bytes):
            raise StoreUnsafeError(self.url)

    def _put(self, key: str, body: bytes) -> bool:
        """Put if absent; False if the key is taken, or somebody is writing it."""
        where = {"Bucket": self._bucket, "Key": self._prefix + key}
        with self._reached(key):
            try:
                self._client.put_object(**where, Body=body, IfNoneMatch="*")
            except ClientError as error:
                if _code_of(error) in _TAKEN | _BUSY:
                    return False
                raise
        return True

    @contextmanager
    def _reached(self, key: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            code = _code_of(error)
            if code in _MISSING:
                raise KeyMissingError(key) from error
            if code == "NoSuchBucket":
                raise StoreUnfitError(self.url, problem=f"there is no bucket {self._bucket!r}") from error
            raise StoreAwayError(self.url, problem=f"it answers {code}") from error
        except BotoCoreError as error:
            raise StoreAwayError(self.url, problem=str(error)) from error


def open_s3(url: str) -> S3Ledger:
    """Open the ledger that an S3 URL names and probe it; credentials come from AWS's usual environment."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    prefix = parts.path.strip("/")
    if not parts.netloc or "@" in parts.netloc or set(options) - {"endpoint", "region"} or parts.fragment:
        raise SettingsError("HERDBOOK_LEDGER", got=without_secrets(url), expected=_SHAPE)
    try:
        folder = check_folder(f"{prefix}/" if prefix else "")
        client = _connect(options.get("endpoint"), options.get("region"))
    except (KeyInvalidError, BotoCoreError, ValueError):
        raise SettingsError("HERDBOOK_LEDGER", got=without_secrets(url), expected=_SHAPE) from None
    ledger = S3Ledger(url, client=client, bucket=parts.netloc, prefix=folder)
    ledger.probe()
    return ledger


def _connect(endpoint: str | None, region: str | None) -> Any:
    session = boto3.session.Session()
    config = Config(
        signature_version="s3v4",
        # other stores than AWS do not know the newer checksums
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        retries={"mode": "standard", "total_max_attempts": 3},
        connect_timeout=3,
        read_timeout=10,
        max_pool_connections=32,
        s3={"addressing_style": "path" if endpoint else "auto"},
    )
    region = region or session.region_name or "us-east-1"
    return session.client("s3", endpoint_url=endpoint, region_name=region, config=config)


def _start(prefix: str, after: str) -> str:
    """Where a listing of the folder may start so that no key > `after` is missed.

    SeaweedFS lists folder by folder: `a/b` before `a-b` and `a.b`, although `-` and `.` sort before `/`. Both
    orders agree up to the first of those two letters. It also leaves out a folder that bears the very name
    given as the start, so the start is just before that name.
    """
    sure = re.match(r"[0-9=_a-z/]*", after.removeprefix(prefix) if after.startswith(prefix) else "")
    shared = sure[0].rstrip("/") if sure else ""
    return shared[:-1] + _LETTERS[_LETTERS.index(shared[-1]) - 1] + "~" if shared else ""


def _code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "an error"))
