FROM node:20-slim
WORKDIR /data
WORKDIR app
COPY package.json package-lock.json ./
COPY src ./src/
COPY server.js /usr/local/bin/start
COPY --link public /srv/public
RUN chown -R node:node /data
USER node
RUN npm ci
WORKDIR ..
RUN cargo fetch --locked
RUN cargo build --release --offline
CMD ["node", "server.js"]
