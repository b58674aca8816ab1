# Images from one file: "asterisk" and "legwork" (docs/docker.md), "cluster-node" and "kamailio" (docs/scale.md).

# The same release as DEBIAN_RELEASE in src/bundled-asterisk/debian/package-sets.ts.
ARG DEBIAN_RELEASE=forky
ARG NODE_VERSION=24

# The full image has the compiler that sqlite3 needs where no prebuilt binary fits.
FROM node:${NODE_VERSION}-bookworm AS build
WORKDIR /legwork
COPY package.json package-lock.json ./
RUN npm ci --include=dev --no-audit --no-fund
COPY tsconfig.json ./
COPY src ./src
RUN node src/bootstrap.mjs build
RUN npm prune --omit=dev --no-audit --no-fund

FROM debian:${DEBIAN_RELEASE}-slim AS asterisk
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
      asterisk asterisk-core-sounds-en-wav asterisk-moh-opsound-wav asterisk-mp3 ca-certificates \
 && rm -rf /var/lib/apt/lists/*
# The configuration is rendered by Legwork's own code.
COPY --from=build /usr/local/bin/node /usr/local/bin/node
WORKDIR /legwork
COPY --from=build /legwork/package.json ./
COPY --from=build /legwork/node_modules ./node_modules
COPY --from=build /legwork/dist ./dist
COPY asterisk-config ./asterisk-config
# Both images run as this user, so that both can use the volume with the ARI password.
RUN useradd --uid 1000 --create-home --shell /usr/sbin/nologin legwork \
 && install -d -o 1000 -g 1000 -m 0700 /var/lib/legwork /run/legwork-ari
USER 1000:1000
ENV DATA_DIR=/var/lib/legwork SIP_HOST=0.0.0.0
VOLUME ["/var/lib/legwork", "/run/legwork-ari"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["asterisk", "-C", "/var/lib/legwork/asterisk/etc/asterisk.conf", "-rx", "core waitfullybooted"]
CMD ["node", "dist/bundled-asterisk/container.js", "/run/legwork-ari/password"]

# One node of a cluster, with its own Asterisk (docker compose --profile cluster, docs/scale.md).
FROM asterisk AS cluster-node
USER root
RUN apt-get update \
 && apt-get install --yes --no-install-recommends espeak-ng sox libsox-fmt-base libsox-fmt-mp3 \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o 1000 -g 1000 -m 0700 /run/legwork-key
USER 1000:1000
ENV NODE_ENV=production HTTP_HOST=0.0.0.0
VOLUME ["/var/lib/legwork", "/run/legwork-key"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HTTP_PORT || 8080}/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "--max-semi-space-size=32", "--no-flush-bytecode", "dist/main.js"]

# The proxy in front of a cluster; its configuration is rendered by Legwork's own code.
FROM debian:${DEBIAN_RELEASE}-slim AS kamailio
RUN apt-get update \
 && apt-get install --yes --no-install-recommends kamailio kamailio-postgres-modules ca-certificates \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/bin/node /usr/local/bin/node
WORKDIR /legwork
COPY --from=build /legwork/package.json ./
COPY --from=build /legwork/node_modules ./node_modules
COPY --from=build /legwork/dist ./dist
COPY asterisk-config ./asterisk-config
RUN useradd --uid 1000 --create-home --shell /usr/sbin/nologin legwork \
 && install -d -o 1000 -g 1000 -m 0700 /var/lib/legwork /run/legwork-key
USER 1000:1000
ENV DATA_DIR=/var/lib/legwork
VOLUME ["/var/lib/legwork", "/run/legwork-key"]
CMD ["node", "--enable-source-maps", "dist/main/kamailio/kamailio-command.js"]

FROM node:${NODE_VERSION}-bookworm-slim AS legwork
RUN apt-get update \
 && apt-get install --yes --no-install-recommends espeak-ng sox libsox-fmt-base libsox-fmt-mp3 \
 && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production DATA_DIR=/var/lib/legwork HTTP_HOST=0.0.0.0
WORKDIR /legwork
COPY --from=build /legwork/package.json ./
COPY --from=build /legwork/node_modules ./node_modules
COPY --from=build /legwork/dist ./dist
# The image's user "node" has the uid 1000 too.
RUN install -d -o 1000 -g 1000 -m 0700 /var/lib/legwork /run/legwork-ari
USER 1000:1000
VOLUME ["/var/lib/legwork", "/run/legwork-ari"]
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HTTP_PORT || 8080}/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# The password is the one that the Asterisk container made, unless ARI_PASSWORD is set.
CMD ["sh", "-c", "ARI_PASSWORD=\"${ARI_PASSWORD:-$(cat /run/legwork-ari/password)}\" exec node --enable-source-maps --max-semi-space-size=32 --no-flush-bytecode dist/main.js"]
