# syntax=docker/dockerfile:1.7

FROM node:20 AS service0
WORKDIR /srv/app
LABEL org.opencontainers.image.title="service 0"
# What is compiled needs these.
RUN apt-get update && apt-get install -y --no-install-recommends \
    lib-of-service-0 \
    lib-of-service-1 \
    lib-of-service-2 \
    lib-of-service-3 \
    lib-of-service-4 \
    lib-of-service-5 \
    lib-of-service-6 \
    lib-of-service-7 \
    lib-of-service-8 \
    lib-of-service-9 \
    lib-of-service-10 \
    lib-of-service-11 \
    lib-of-service-12 \
    lib-of-service-13 \
    lib-of-service-14 \
    lib-of-service-15 \
    lib-of-service-16 \
    lib-of-service-17 \
    tini
ARG COMMIT
ENV RELEASE=$COMMIT
# packages
COPY . .
RUN npm ci
RUN npm run build
RUN npm prune --omit=dev
ENV NODE_ENV=production
EXPOSE 8080
USER 1000:1000
CMD ["run", "0"]

FROM python:3.12 AS service1
WORKDIR /srv/app
LABEL org.opencontainers.image.title="service 1"
# What is compiled needs these.
RUN apt-get update && apt-get install -y --no-install-recommends \
    lib-of-service-0 \
    lib-of-service-1 \
    lib-of-service-2 \
    lib-of-service-3 \
    lib-of-service-4 \
    lib-of-service-5 \
    lib-of-service-6 \
    lib-of-service-7 \
    lib-of-service-8 \
    lib-of-service-9 \
    lib-of-service-10 \
    lib-of-service-11 \
    lib-of-service-12 \
    lib-of-service-13 \
    lib-of-service-14 \
    lib-of-service-15 \
    lib-of-service-16 \
    lib-of-service-17 \
    tini
ARG COMMIT
ENV RELEASE=$COMMIT
COPY . .
ENV PIP_NO_CACHE_DIR=1
RUN pip install -r requirements.txt \
  && python -m compileall .
RUN chmod +x manage.py
EXPOSE 8080
USER 1000:1000
CMD ["run", "1"]

FROM golang:1.22 AS service2
WORKDIR /srv/app
LABEL org.opencontainers.image.title="service 2"
# What is compiled needs these.
RUN apt-get update && apt-get install -y --no-install-recommends \
    lib-of-service-0 \
    lib-of-service-1 \
    lib-of-service-2 \
    lib-of-service-3 \
    lib-of-service-4 \
    lib-of-service-5 \
    lib-of-service-6 \
    lib-of-service-7 \
    lib-of-service-8 \
    lib-of-service-9 \
    lib-of-service-10 \
    lib-of-service-11 \
    lib-of-service-12 \
    lib-of-service-13 \
    lib-of-service-14 \
    lib-of-service-15 \
    lib-of-service-16 \
    lib-of-service-17 \
    tini
ARG COMMIT
ENV RELEASE=$COMMIT
COPY . .
RUN go mod download
ARG VERSION
RUN CGO_ENABLED=0 go build \
  -ldflags=-X=main.version=$VERSION \
  -o /out/app ./...
EXPOSE 8080
USER 1000:1000
CMD ["run", "2"]

FROM debian:12 AS service3
WORKDIR /srv/app
LABEL org.opencontainers.image.title="service 3"
# What is compiled needs these.
RUN apt-get update && apt-get install -y --no-install-recommends \
    lib-of-service-0 \
    lib-of-service-1 \
    lib-of-service-2 \
    lib-of-service-3 \
    lib-of-service-4 \
    lib-of-service-5 \
    lib-of-service-6 \
    lib-of-service-7 \
    lib-of-service-8 \
    lib-of-service-9 \
    lib-of-service-10 \
    lib-of-service-11 \
    lib-of-service-12 \
    lib-of-service-13 \
    lib-of-service-14 \
    lib-of-service-15 \
    lib-of-service-16 \
    lib-of-service-17 \
    tini
ARG COMMIT
ENV RELEASE=$COMMIT
COPY shop/m1 /opt/shop/
COPY web/m2 /opt/web/
RUN apt-get update \
  && apt-get install -y curl git
RUN mkdir -p /var/log/shop
EXPOSE 8080
USER 1000:1000
CMD ["run", "3"]

FROM node:20 AS service4
WORKDIR /srv/app
LABEL org.opencontainers.image.title="service 4"
# What is compiled needs these.
RUN apt-get update && apt-get install -y --no-install-recommends \
    lib-of-service-0 \
    lib-of-service-1 \
    lib-of-service-2 \
    lib-of-service-3 \
    lib-of-service-4 \
    lib-of-service-5 \
    lib-of-service-6 \
    lib-of-service-7 \
    lib-of-service-8 \
    lib-of-service-9 \
    lib-of-service-10 \
    lib-of-service-11 \
    lib-of-service-12 \
    lib-of-service-13 \
    lib-of-service-14 \
    lib-of-service-15 \
    lib-of-service-16 \
    lib-of-service-17 \
    tini
ARG COMMIT
ENV RELEASE=$COMMIT
# packages
COPY . .
RUN npm ci
RUN npm run build
RUN npm prune --omit=dev
ENV NODE_ENV=production
EXPOSE 8080
USER 1000:1000
CMD ["run", "4"]

FROM python:3.12 AS service5
WORKDIR /srv/app
LABEL org.opencontainers.image.title="service 5"
# What is compiled needs these.
RUN apt-get update && apt-get install -y --no-install-recommends \
    lib-of-service-0 \
    lib-of-service-1 \
    lib-of-service-2 \
    lib-of-service-3 \
    lib-of-service-4 \
    lib-of-service-5 \
    lib-of-service-6 \
    lib-of-service-7 \
    lib-of-service-8 \
    lib-of-service-9 \
    lib-of-service-10 \
    lib-of-service-11 \
    lib-of-service-12 \
    lib-of-service-13 \
    lib-of-service-14 \
    lib-of-service-15 \
    lib-of-service-16 \
    lib-of-service-17 \
    tini
ARG COMMIT
ENV RELEASE=$COMMIT
COPY . .
ENV PIP_NO_CACHE_DIR=1
RUN pip install -r requirements.txt \
  && python -m compileall .
RUN chmod +x manage.py
EXPOSE 8080
USER 1000:1000
CMD ["run", "5"]

FROM golang:1.22 AS service6
WORKDIR /srv/app
LABEL org.opencontainers.image.title="service 6"
# What is compiled needs these.
RUN apt-get update && apt-get install -y --no-install-recommends \
    lib-of-service-0 \
    lib-of-service-1 \
    lib-of-service-2 \
    lib-of-service-3 \
    lib-of-service-4 \
    lib-of-service-5 \
    lib-of-service-6 \
    lib-of-service-7 \
    lib-of-service-8 \
    lib-of-service-9 \
    lib-of-service-10 \
    lib-of-service-11 \
    lib-of-service-12 \
    lib-of-service-13 \
    lib-of-service-14 \
    lib-of-service-15 \
    lib-of-service-16 \
    lib-of-service-17 \
    tini
ARG COMMIT
ENV RELEASE=$COMMIT
COPY . .
RUN go mod download
ARG VERSION
RUN CGO_ENABLED=0 go build \
  -ldflags=-X=main.version=$VERSION \
  -o /out/app ./...
EXPOSE 8080
USER 1000:1000
CMD ["run", "6"]

FROM debian:12 AS service7
WORKDIR /srv/app
LABEL org.opencontainers.image.title="service 7"
# What is compiled needs these.
RUN apt-get update && apt-get install -y --no-install-recommends \
    lib-of-service-0 \
    lib-of-service-1 \
    lib-of-service-2 \
    lib-of-service-3 \
    lib-of-service-4 \
    lib-of-service-5 \
    lib-of-service-6 \
    lib-of-service-7 \
    lib-of-service-8 \
    lib-of-service-9 \
    lib-of-service-10 \
    lib-of-service-11 \
    lib-of-service-12 \
    lib-of-service-13 \
    lib-of-service-14 \
    lib-of-service-15 \
    lib-of-service-16 \
    lib-of-service-17 \
    tini
ARG COMMIT
ENV RELEASE=$COMMIT
COPY shop/m1 /opt/shop/
COPY web/m2 /opt/web/
RUN apt-get update \
  && apt-get install -y curl git
RUN mkdir -p /var/log/shop
EXPOSE 8080
USER 1000:1000
CMD ["run", "7"]

FROM debian:12
# service 0
COPY --from=service0 /srv/app /srv/0
# service 1
COPY --from=service1 /srv/app /srv/1
# service 2
COPY --from=service2 /srv/app /srv/2
# service 3
COPY --from=service3 /srv/app /srv/3
# service 4
COPY --from=service4 /srv/app /srv/4
# service 5
COPY --from=service5 /srv/app /srv/5
# service 6
COPY --from=service6 /srv/app /srv/6
# service 7
COPY --from=service7 /srv/app /srv/7
