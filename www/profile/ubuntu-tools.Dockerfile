FROM ubuntu:22.04
ARG DEBIAN_FRONTEND=noninteractive
LABEL maintainer="someone@example.com"
ENV TZ=Etc/UTC LANG=C.UTF-8
RUN apt-get update \
 && apt-get install -y curl git wget \
 && curl -fsSL https://example.com/setup.sh | bash - \
 && rm -rf /var/lib/apt/lists/*
RUN ln -snf /usr/share/zoneinfo/$TZ /etc/localtime && echo $TZ > /etc/timezone
ADD archive.tar.gz /opt/
COPY scripts/start.sh scripts/stop.sh /usr/local/bin/
RUN chmod +x /usr/local/bin/*.sh
RUN git clone --depth 1 https://example.com/thing.git /opt/thing && \
    cd /opt/thing && make && make install
RUN for name in a b; do mkdir -p "/data/$name"; done
WORKDIR data
RUN export HOME=/tmp; [ -d "$HOME" ] && wget -q -O- "$HOME" > /dev/null || true
USER 1000:1000
EXPOSE 80 443
CMD ["/usr/local/bin/start.sh"]
