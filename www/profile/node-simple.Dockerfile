FROM node:18
# Create app directory
WORKDIR /usr/src/app
# A wildcard takes both package.json AND package-lock.json
COPY package*.json ./
RUN npm install
# If you are building your code for production
# RUN npm ci --omit=dev
COPY . .
EXPOSE 8080
CMD [ "node", "server.js" ]
