"""The image of a Bento: what `bentoml containerize` makes with docker, podman or buildah.

BentoML installs in one stage and ships it, with all that only the installing needed. It knows no health
check and no volume, and 1.4.39 refuses a Dockerfile of one's own when it containerizes. But a command to be
run after the installing goes into its Dockerfile as it stands: ours ends that stage and begins the next,
which is shipped.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bentoml.images import Image

LOCK, PIPELINE_LOCK = "requirements-serve.lock", "requirements-serve-pipeline.lock"
"""What a Bento installs whose model has a graph, and one whose model is served by its pipeline."""

HOME = "/home/bentoml/bento"
"""Where BentoML copies the Bento."""

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
"""The image has the Python that builds the Bento, for which the lock holds the very versions that trained."""

BASE = f"docker.io/library/python:{PYTHON}-slim"
SHIPPED = f"""\
python src/deploy/slim.py
COPY . ./
RUN cd src && PYTHONPYCACHEPREFIX=/app/compiled python deploy/precompile.py bentos herdbook

FROM {BASE}
LABEL org.opencontainers.image.title="herdbook" \\
      org.opencontainers.image.description="A classifier with a pedigree for every prediction." \\
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 1034 bentoml && useradd --no-log-init --uid 1034 --gid 1034 bentoml && \\
    install --directory --owner bentoml --group bentoml {HOME} /var/lib/herdbook
COPY --from=0 /app /app

# The root may be read-only: what lasts is in the volume, what does not is in /tmp. Inside a container
# loopback reaches nobody, so the service listens on every address; it still answers to the names of
# HERDBOOK_ALLOWED_HOSTS alone, and lets nobody steer it over HTTP.
ENV LANG=C.UTF-8 \\
    PATH=/app/.venv/bin:$PATH \\
    PYTHONDONTWRITEBYTECODE=1 \\
    PYTHONPYCACHEPREFIX=/app/compiled \\
    PYTHONUNBUFFERED=1 \\
    VIRTUAL_ENV=/app/.venv \\
    BENTO_PATH={HOME} \\
    BENTOML_CONTAINERIZED=true \\
    BENTOML_DO_NOT_TRACK=True \\
    BENTOML_HOME=/tmp/bentoml \\
    BENTOML_HOST=0.0.0.0 \\
    HERDBOOK_LEDGER=/var/lib/herdbook/ledger \\
    HERDBOOK_STATE=/var/lib/herdbook/state \\
    HERDBOOK_STEERING=off
VOLUME /var/lib/herdbook
WORKDIR {HOME}
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \\
    CMD ["python", "src/deploy/health.py"]\
"""
"""Ends BentoML's stage and begins ours; BentoML goes on with the Bento's files, the user and the start."""


def describe_image(source: Path, *, has_graph: bool) -> Image:
    """Describe the image to BentoML.

    Parameters
    ----------
    source
        The folder of `service.py` and of the locks.
    has_graph
        Whether the model is served by a graph: without scikit-learn the image is a fifth smaller.
    """
    lock = LOCK if has_graph else PIPELINE_LOCK
    return Image(
        base_image=BASE,
        distro="",  # adds no compiler: every package of the lock is a wheel
        python_version=PYTHON,
        lock_python_packages=False,  # the lock is ours, with hashes
        python_requirements=(source / lock).read_text(),
        build_include_paths=["deploy"],
        post_commands=[SHIPPED],
    )
