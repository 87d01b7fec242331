# Debian's Caddy.
FROM crew-base/debian:local
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends ca-certificates wget caddy && rm -rf /var/lib/apt/lists/*
