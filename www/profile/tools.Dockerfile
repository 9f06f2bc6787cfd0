FROM fedora:40
RUN dnf install -y gcc && dnf clean all
RUN pip install pipenv && pipenv install --deploy
RUN bun install --frozen-lockfile
RUN gradle build --no-daemon
RUN yarn install
