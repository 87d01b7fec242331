# Caddy as anybody but root, with a place of its own for its certificates.
#   docker build -f deploy/proxy.Dockerfile -t crew-proxy deploy
ARG CADDY_IMAGE=caddy:2
FROM ${CADDY_IMAGE}
# A copy, since the original carries a right in its file without which it cannot be started, and which it does not need here.
RUN cp "$(command -v caddy)" /usr/local/bin/crew-caddy && mkdir -p /data && chown 10001:10001 /data
USER 10001:10001
VOLUME /data
ENV XDG_DATA_HOME=/data XDG_CONFIG_HOME=/tmp
ENTRYPOINT ["crew-caddy"]
CMD ["run", "--config", "/etc/crew/Caddyfile", "--adapter", "caddyfile"]
