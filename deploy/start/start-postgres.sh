#!/bin/sh
# Starts PostgreSQL from any image that has its programs: makes the cluster, the role and the database at the first start.
set -eu
PGDATA=/var/lib/postgresql/crew/data
ARCHIVE=/var/lib/postgresql/archive
PASSWORD_FILE=/run/secrets/postgres_password
export PGDATA
[ -s "$PASSWORD_FILE" ] || { echo "The secret postgres_password is missing or empty." >&2; exit 1; }
mkdir -p "$PGDATA" "$ARCHIVE"
chmod 700 "$PGDATA"

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # What an interrupted first start has left is no database yet.
  find "$PGDATA" -mindepth 1 -delete
  initdb --username=postgres --encoding=UTF8 --locale=C.UTF-8 --auth-local=trust --auth-host=scram-sha-256 --data-checksums >/dev/null
  pg_ctl --wait --options "-c listen_addresses='' -c unix_socket_directories=/tmp" start >/dev/null
  # No superuser: owner of its database, able to make the two roles that the services act as and the database that a backup
  # is tried in.
  psql -q -v ON_ERROR_STOP=1 -h /tmp -U postgres -v password="$(cat "$PASSWORD_FILE")" <<'SQL'
CREATE ROLE crew LOGIN NOSUPERUSER NOBYPASSRLS CREATEROLE CREATEDB PASSWORD :'password';
CREATE DATABASE crew OWNER crew;
SQL
  pg_ctl --wait stop >/dev/null
  # Written last: without it the next start begins anew.
  printf 'local all postgres trust\nlocal replication postgres trust\nhost all crew all scram-sha-256\n' > "$PGDATA/pg_hba.conf"
  sync
fi

# The server's own files, as they are and every change since: only where somebody asks for it, since it takes room beside the data.
archiving="-c archive_mode=off"
if [ "${CREW_PHYSICAL_BACKUPS:-off}" = on ]; then
  archiving="-c archive_mode=on -c archive_timeout=60"
  PGHOST=/tmp PGUSER=postgres sh /usr/local/bin/base-backup serve --keep "${CREW_PHYSICAL_KEEP:-7}" &
fi

# shellcheck disable=SC2086 # They are several words.
exec postgres \
  -c listen_addresses='*' -c unix_socket_directories=/tmp \
  -c max_connections="${CREW_POSTGRES_CONNECTIONS:-200}" -c shared_buffers="${CREW_POSTGRES_BUFFERS:-512MB}" \
  -c password_encryption=scram-sha-256 -c idle_in_transaction_session_timeout=60s -c statement_timeout=0 \
  -c wal_level=replica -c archive_command='sh /usr/local/bin/archive-wal %p %f' $archiving \
  -c log_min_duration_statement=1000 -c log_connections=off "$@"
