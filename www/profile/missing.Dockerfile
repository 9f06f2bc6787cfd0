FROM alpine:3.20
COPY missing.txt .
RUN echo ${UNSET:-nothing} ${SET:+set} $HOME
