#!/bin/sh
# Puts a database together as it was at a moment: the base before it, and the WAL from there on.
set -eu

usage() {
  cat <<'TEXT'
recover-to: recovers a database to a moment, into a new folder. It touches neither the archive nor the server that runs.

  recover-to 2026-11-30T22:15:00Z /var/lib/postgresql/recovered [NAME]

  the moment, in UTC; everything that was committed up to it is there, nothing that came later
  the new folder, which must not exist or be empty
  NAME: the base backup to begin with; the newest that was done before the moment unless given

Runs as the user that PostgreSQL runs as, where the server's own tools are. The archive is the folder CREW_BACKUP_ARCHIVE
(/var/lib/postgresql/archive unless set). After a former recovery the newest timeline is followed; CREW_RECOVERY_TIMELINE=current
stays on that of the base. When it ends with 0, the folder holds a database that was shut down in order.
TEXT
}

say() { echo "recover-to: $1"; }

fail() {
  echo "recover-to: $1" >&2
  exit 1
}

archive=${CREW_BACKUP_ARCHIVE:-/var/lib/postgresql/archive}
wal=$archive/wal
bases=$archive/base

# PostgreSQL asks for one file after the other, also for some that need not be there; what was not there is written down.
if [ "${1:-}" = --fetch ] && [ $# -eq 3 ]; then
  if [ -f "$wal/$2.gz" ]; then exec gzip -dc "$wal/$2.gz" >"$3"; fi
  echo "$2" >>"$CREW_RECOVERY_MISSED"
  exit 1
fi
case "${1:-}" in -h | --help)
  usage
  exit 0
  ;;
esac
if [ $# -lt 2 ] || [ $# -gt 3 ]; then
  usage >&2
  exit 2
fi
moment=$1
target=$2
day='[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'
clock='[0-2][0-9]:[0-5][0-9]:[0-5][0-9]'
# shellcheck disable=SC2254 # They are patterns.
case $moment in
${day}T${clock}Z | ${day}T${clock}.[0-9]*Z) ;;
*) fail "$moment is no moment: write it like 2026-11-30T22:15:00Z, in UTC" ;;
esac
case $moment in *.*[!0-9]*Z) fail "$moment is no moment: write it like 2026-11-30T22:15:00.250Z, in UTC" ;; esac
[ "$(id -u)" != 0 ] || fail "run it as the user that PostgreSQL runs as, not as root"
if [ -e "$target" ] && [ -n "$(ls -A "$target")" ]; then fail "$target is not empty; name a new folder"; fi
case $target in /*) ;; *) target=$PWD/$target ;; esac
case $0 in /*) CREW_RECOVERY_SCRIPT=$0 ;; *) CREW_RECOVERY_SCRIPT=$PWD/$0 ;; esac

# Both are written alike, so that the order of moments is that of their letters.
second=$(echo "${moment%%[.Z]*}Z" | tr -d ':-')
newest_base() {
  for folder in "$bases"/*Z; do
    if [ -d "$folder" ]; then basename "$folder"; fi
  done | LC_ALL=C sort | while read -r one; do
    if [ "$(printf '%s\n%s\n' "$one" "$second" | LC_ALL=C sort | head -n 1)" = "$one" ]; then echo "$one"; fi
  done | tail -n 1
}
base=${3:-$(newest_base)}
[ -n "$base" ] || fail "no base backup in $bases was done before $moment"
[ -d "$bases/$base" ] || fail "there is no base backup $base in $bases"
server=$(postgres --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
[ "$server" = "$(cat "$bases/$base/PG_VERSION")" ] || fail "$base is of PostgreSQL $(cat "$bases/$base/PG_VERSION"); the tools here are of $server"
pg_verifybackup --quiet "$bases/$base" || fail "$base is damaged: see the file that is named above; name an older base"

umask 077
mkdir -p "$target"
chmod 700 "$target"
scratch=$(mktemp -d)
started=false
cleanup() {
  if $started; then pg_ctl --pgdata="$target" --mode=immediate --silent stop >/dev/null 2>&1 || true; fi
  rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
say "copies $base"
cp -Rp "$bases/$base/." "$target/"
: >"$target/recovery.signal"
# Where the settings of a server are kept elsewhere, its folder has none.
for file in postgresql.conf postgresql.auto.conf pg_hba.conf; do
  if [ ! -e "$target/$file" ]; then : >"$target/$file"; fi
done
cp -p "$target/postgresql.auto.conf" "$scratch/auto.conf"
at=$(echo "${moment%Z}" | tr T ' ')
# For this start alone: what is needed, and nothing by which a copy could be mistaken for the server itself.
cat >>"$target/postgresql.auto.conf" <<TEXT
restore_command = 'sh "\$CREW_RECOVERY_SCRIPT" --fetch "%f" "%p"'
recovery_target_time = '$at+00'
recovery_target_action = 'promote'
recovery_target_timeline = '${CREW_RECOVERY_TIMELINE:-latest}'
hot_standby = off
archive_mode = off
listen_addresses = ''
unix_socket_directories = '$scratch'
logging_collector = off
log_destination = 'stderr'
ssl = off
TEXT
CREW_BACKUP_ARCHIVE=$archive
CREW_RECOVERY_MISSED=$scratch/missed
export CREW_BACKUP_ARCHIVE CREW_RECOVERY_MISSED CREW_RECOVERY_SCRIPT
: >"$CREW_RECOVERY_MISSED"
log=$scratch/log

state() {
  LC_ALL=C pg_controldata "$target" | sed -n 's/^Database cluster state: *//p'
}

explain() {
  tail -n 20 "$log" >&2
  # The first one after the last that was there.
  file=$(grep -E '^[0-9A-F]{24}$' "$CREW_RECOVERY_MISSED" | tail -n 1)
  if grep -q 'is not a child of this server' "$log"; then
    fail "$base was taken after the archive's newest timeline had begun elsewhere: set CREW_RECOVERY_TIMELINE=current to stay on its own"
  fi
  if [ -z "$file" ] || ! grep -q 'recovery ended before configured recovery target' "$log"; then fail "PostgreSQL could not recover; its last words are above"; fi
  later=$(cd "$wal" && ls | sed -n 's/^\([0-9A-F]\{24\}\)\.gz$/\1/p' | LC_ALL=C sort -k 1.9 | tail -n 1)
  if [ "$(printf '%s\n%s\n' "$file" "$later" | LC_ALL=C sort -k 1.9 | tail -n 1)" = "$later" ] && [ "$file" != "$later" ]; then
    fail "$moment is out of reach: the WAL file $file is missing in $wal, though later ones are there"
  fi
  fail "$moment is out of reach: the archive ends before the WAL file $file"
}

say "recovers to $moment"
pg_ctl --pgdata="$target" --log="$log" --no-wait --silent start
started=true
# A base says of itself "in production", as the server was that it was taken of.
while [ -e "$target/recovery.signal" ] || [ "$(state)" != "in production" ]; do
  sleep 1
  if ! pg_ctl --pgdata="$target" status >/dev/null 2>&1; then
    started=false
    explain
  fi
done
pg_ctl --pgdata="$target" --mode=fast --silent --timeout=3600 stop
started=false
cp -p "$scratch/auto.conf" "$target/postgresql.auto.conf"
sed -n 's/.*LOG:  \(recovery stopping .*\)/recover-to: \1/p; s/.*LOG:  \(last completed transaction .*\)/recover-to: \1/p' "$log"
say "$target is the database of $moment"
say "start the server on it, and take a base backup at once: from here on its WAL goes another way"
say "before the services start: npm run crew -- backup recovered $moment"
