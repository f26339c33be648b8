"""Wait for the store of the ledger and make its bucket, once: `python deploy/bucket.py`.

The store is told by `HERDBOOK_LEDGER`, its keys by AWS's usual variables. It is ready when it gives back what
it was given; a store that only lists buckets may still refuse to keep anything. A bucket that is there needs
no right to make one.
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
MISSING = 404
NO_PLACE = "us-east-1"
"""The region that may not be named as the place of a bucket."""


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
    region = asked.get("region", NO_PLACE)
    return boto3.client("s3", endpoint_url=asked.get("endpoint"), region_name=region, config=config)


def prepare(client: Any, bucket: str) -> None:
    """Make the bucket if it is not there, and prove that it keeps an object."""
    if not is_there(client, bucket):
        make(client, bucket)
    client.put_object(Bucket=bucket, Key=PROBE, Body=b"yes")
    if client.get_object(Bucket=bucket, Key=PROBE)["Body"].read() != b"yes":
        raise OSError("it gives back something else than it was given")


def is_there(client: Any, bucket: str) -> bool:
    """Tell whether the bucket exists; one that we may not look at is proven by what it keeps."""
    try:
        client.head_bucket(Bucket=bucket)
    except ClientError as error:
        return bool(error.response["ResponseMetadata"]["HTTPStatusCode"] != MISSING)
    return True


def make(client: Any, bucket: str) -> None:
    """Make the bucket in the client's region; somebody may have been quicker."""
    region = client.meta.region_name
    place = {} if region == NO_PLACE else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        client.create_bucket(Bucket=bucket, **place)
    except ClientError as error:
        if error.response["Error"]["Code"] not in THERE:
            raise


def main() -> int:
    """Try until the store is ready; give the exit code."""
    url = load_settings().ledger
    bucket = urlsplit(url).netloc
    problem = wait(connect(url), bucket, PATIENCE_S)
    if problem is not None:
        sys.stderr.write(f"bucket: {bucket!r} cannot be used after {PATIENCE_S:.0f} s: {problem}\n")
        return 1
    sys.stdout.write(f"bucket: {bucket!r} is ready\n")
    return 0


def wait(client: Any, bucket: str, patience_s: float) -> Exception | None:
    """Try until the bucket is ready; each new reason why it is not is said once, the last one is given."""
    said, until = "", time.monotonic() + patience_s
    while True:
        try:
            prepare(client, bucket)
        except (BotoCoreError, ClientError, OSError) as error:
            if time.monotonic() > until:
                return error
            if str(error) != said:
                said = str(error)
                sys.stderr.write(f"bucket: {bucket!r} is not ready yet: {said}\n")
            time.sleep(1)
        else:
            return None


if __name__ == "__main__":
    sys.exit(main())
