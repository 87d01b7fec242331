# Debian's Prometheus, started as the official image starts it.
FROM crew-base/debian:local
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends prometheus wget && rm -rf /var/lib/apt/lists/* \
    && install -d -o 65534 -g 65534 /prometheus
ENTRYPOINT ["prometheus"]
