# One image: `docker run … keybuzz bot` and `docker run … keybuzz worker`, each with its own secrets and mounts.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm ci --no-audit --no-fund
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:20-bookworm-slim
ENV NODE_ENV=production
ENV KEYBUZZ_HTTP=127.0.0.1:9600
WORKDIR /app
COPY package.json ./
COPY inventory inventory
# The scripts for hosts are read from src/.
COPY --from=build /app/src src
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://${process.env.KEYBUZZ_HTTP}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/cli.js"]
CMD ["help"]
