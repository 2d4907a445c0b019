# Headland in a container: one image, whose command says which part of the service it is (docker-compose.yml).
#
#   docker build -t headland .
#   docker run --rm headland doctor
#
# Everything is installed from uv.lock, by the installer whose SHA-256 uv.lock records. The image holds no
# secret, no shell script of ours and no compiler; it runs as user 10001 on a root that may be read-only.

FROM python:3.11.14-slim-bookworm AS build

ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PROJECT_ENVIRONMENT=/opt/headland \
    UV_PYTHON=/usr/local/bin/python3 \
    UV_PYTHON_DOWNLOADS=never

WORKDIR /src
COPY deploy/fetch_uv.py uv.lock pyproject.toml ./
RUN python3 fetch_uv.py uv.lock /usr/local/bin/uv
# The packages first: their layer stands while only our own code changes.
RUN uv sync --frozen --no-dev --no-install-project
COPY README.md LICENSE ./
COPY geo geo
COPY hardware hardware
COPY feeds feeds
COPY fusion fusion
COPY alerts alerts
COPY maps maps
COPY headland headland
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.11.14-slim-bookworm

# A volume takes its owner from the folder of the image that it is laid over.
RUN groupadd --gid 10001 headland \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin headland \
    && install -d -o 10001 -g 10001 -m 0750 /var/lib/headland/journal /var/lib/headland/state \
    && install -d -o 10001 -g 10001 -m 0750 /var/cache/headland
COPY --from=build /opt/headland /opt/headland
COPY deploy/backup.py /opt/headland/share/backup.py

ENV PATH=/opt/headland/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/tmp \
    NUMBA_CACHE_DIR=/var/cache/headland \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /var/lib/headland
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["headland"]
CMD ["--help"]
