# Debian's PostgreSQL with the names that the official image has: programs on the path, user 999.
FROM crew-base/debian:local
RUN groupadd -r -g 999 postgres && useradd -r -u 999 -g 999 -d /var/lib/postgresql postgres
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends postgresql-common \
    && sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf \
    && apt-get install -qq -y --no-install-recommends postgresql postgresql-contrib && rm -rf /var/lib/apt/lists/* \
    && ln -s /usr/lib/postgresql/* /usr/lib/postgresql/current && chown 999:999 /var/lib/postgresql
ENV PATH=/usr/lib/postgresql/current/bin:$PATH
VOLUME /var/lib/postgresql
