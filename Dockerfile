# syntax=docker/dockerfile:1
# One image for web and worker; what differs comes from the environment (see README and docs/operators/production.md).

FROM node:22-slim AS front-end
WORKDIR /signpost
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY site/assets site/assets
RUN npm run --silent build

FROM python:3.11-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /signpost
RUN python -m venv /venv
COPY requirements.txt ./
RUN /venv/bin/pip install -r requirements.txt

FROM packages AS fonts
COPY --from=front-end /signpost/node_modules/@fontsource node_modules/@fontsource
COPY downloads/build_fonts.py downloads/build_fonts.py
RUN /venv/bin/python downloads/build_fonts.py

# Debian 12 brings PostgreSQL 15's programs: what a newer pg_restore says, compose.yaml's server refuses.
FROM python:3.11-slim-bookworm
# pg_dump and pg_restore, for backups.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /signpost --shell /usr/sbin/nologin signpost
WORKDIR /signpost
COPY --from=packages /venv /venv
COPY . .
COPY --from=front-end /signpost/site/static site/static
COPY --from=fonts /signpost/downloads/fonts downloads/fonts
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    BIND=0.0.0.0:8000 LOG_FORMAT=json VAR_DIR=/data/var MEDIA_ROOT=/data/media
# The key is for this one step, which asks the database nothing.
RUN python site/config/messages.py \
 && SECRET_KEY=only-for-the-build python manage.py collectstatic --no-input \
 && mkdir -p /data/var /data/media \
 && chown -R signpost /data
USER signpost
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "-c", "site/config/gunicorn.py"]
