# syntax=docker/dockerfile:1.7
ARG NODE_VERSION=20.11.1
ARG PYTHON_VERSION=3.12

# The pages are built with Node.
FROM node:${NODE_VERSION}-bookworm-slim AS assets
WORKDIR /web
ENV NODE_ENV=production \
    # quiet in logs
    NPM_CONFIG_FUND=false \
    NPM_CONFIG_AUDIT=false
COPY web/package.json web/package-lock.json ./
RUN --mount=type=cache,target=/root/.npm \
    npm ci --include=dev
COPY web/ ./
RUN npm run build \
    && npm prune --omit=dev

# Wheels are built where a compiler is.
FROM python:${PYTHON_VERSION}-bookworm AS wheels
ARG PIP_INDEX=default
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        build-essential \
        libpq-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY requirements.txt constraints.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \
    pip wheel --wheel-dir /wheels -r requirements.txt -c constraints.txt

FROM python:${PYTHON_VERSION}-slim-bookworm AS runtime
LABEL org.opencontainers.image.title="shop" \
      org.opencontainers.image.licenses="MIT"
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    APP_HOME=/srv/shop \
    PATH="/srv/venv/bin:${PATH}"
RUN groupadd --system shop && useradd --system --gid shop --home-dir /srv/shop shop
WORKDIR ${APP_HOME}
COPY --from=wheels /wheels /wheels
RUN python -m venv /srv/venv \
    && pip install --no-index --find-links=/wheels /wheels/*.whl \
    && rm -rf /wheels
COPY --chown=shop:shop manage.py gunicorn.conf.py ./
COPY --chown=shop:shop shop/ ./shop/
COPY --from=assets --chown=shop:shop /web/dist ./static/
COPY <<EOF /etc/shop/build.ini
[build]
home = ${APP_HOME}
EOF
USER shop
EXPOSE 8000/tcp
VOLUME ["/srv/media"]
HEALTHCHECK --interval=30s --timeout=3s CMD python -c "import urllib.request as u; u.urlopen('http://localhost:8000/up')"
STOPSIGNAL SIGTERM
ENTRYPOINT ["gunicorn", "--config", "gunicorn.conf.py"]
CMD ["shop.wsgi:application"]
