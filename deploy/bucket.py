"""Wait for the store of the ledger and make its bucket, once: `python deploy/bucket.py`.

The store is told by `HERDBOOK_LEDGER`, its keys by AWS's usual variables. It is ready when it gives back what
it was given; a store that only lists buckets may still refuse to keep anything.
"""

from __future__ import annotations

import sys
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from herdbook.settings import load_settings

PATIENCE_S = 120.0
PROBE = ".ready"
THERE = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}


def connect(url: str) -> Any:
    """Open a client of the store that a ledger's URL names."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    config = Config(
        signature_version="s3v4",
        request_checksum_calculation="when_required",
        connect_timeout=2,
        read_timeout=10,
        retries={"total_max_attempts": 1},
        s3={"addressing_style": "path"},
    )
    region = asked.get("region", "us-east-1")
    return boto3.client("s3", endpoint_url=asked.get("endpoint"), region_name=region, config=config)


def prepare(client: Any, bucket: str) -> None:
    """Make the bucket if it is not there, and prove that it keeps an object."""
    try:
        client.create_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] not in THERE:
            raise
    client.put_object(Bucket=bucket, Key=PROBE, Body=b"yes")
    if client.get_object(Bucket=bucket, Key=PROBE)["Body"].read() != b"yes":
        raise OSError("it gives back something else than it was given")


def main() -> int:
    """Try until the store is ready; give the exit code."""
    url = load_settings().ledger
    bucket = urlsplit(url).netloc
    client, until = connect(url), time.monotonic() + PATIENCE_S
    while True:
        try:
            prepare(client, bucket)
        except (BotoCoreError, ClientError, OSError) as error:
            if time.monotonic() > until:
                sys.stderr.write(f"bucket: {bucket!r} cannot be used after {PATIENCE_S:.0f} s: {error}\n")
                return 1
            time.sleep(1)
        else:
            sys.stdout.write(f"bucket: {bucket!r} is ready\n")
            return 0


if __name__ == "__main__":
    sys.exit(main())
