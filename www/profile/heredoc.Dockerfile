# syntax=docker/dockerfile:1
FROM debian:12-slim
RUN <<EOF
set -e
apt-get update
apt-get install -y jq
EOF
COPY --link --from=busybox:latest /bin/busybox /bin/
