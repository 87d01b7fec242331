# Debian's Redis with the user that the official image has.
FROM crew-base/debian:local
RUN groupadd -r -g 999 redis && useradd -r -u 999 -g 999 redis
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends redis-server && rm -rf /var/lib/apt/lists/*
