#!/bin/sh
# Base backups: what a recovery begins with. Runs where the server's own tools are, since they must be of its version.
set -eu

usage() {
  cat <<'TEXT'
base-backup: takes, checks and lists base backups of a PostgreSQL that archives its WAL by archive-wal.

  base-backup take [--keep N]   take one and check it; keep the newest N (7), and the WAL from the oldest of them on
  base-backup serve [--keep N]  take one a day, from a day after the newest one, and check all; for ever. After a recovery it
                                takes one at once, since what came before leads to the former timeline alone
  base-backup verify [NAME]     check one, or all: each file by its checksum, and that no WAL file is missing after it
  base-backup list              names, oldest first: the moment (UTC) from which on each can be recovered to

The archive is the folder CREW_BACKUP_ARCHIVE (/var/lib/postgresql/archive unless set). The server is found by PGHOST, PGPORT,
PGUSER and PGPASSWORD or PGPASSFILE; the role needs REPLICATION. It ends with 0 only when all is well. Where
CREW_BACKUP_DATABASE names the platform's database, what was found is written into it, for its figures and its console; the role
then needs to be a superuser or a member of crew_system.
TEXT
}

say() { echo "base-backup: $1"; }

problem="its log says why"
fail() {
  problem=$1
  echo "base-backup: $1" >&2
  exit 1
}

archive=${CREW_BACKUP_ARCHIVE:-/var/lib/postgresql/archive}
wal=$archive/wal
bases=$archive/base
standing=$archive/standing
wait_seconds=${CREW_BACKUP_WAIT_SECONDS:-300}

# What was found last, a line each: the newest base when all were checked, the newest that was whole, what is wrong.
standing_line() {
  sed -n "$1p" "$standing" 2>/dev/null || true
}

note() {
  umask 077
  if printf '%s\n%s\n%s\n' "$1" "$2" "$(printf '%s' "$3" | tr '\n' ' ' | cut -c1-2000)" >"$standing.partial"; then
    mv "$standing.partial" "$standing"
  fi
  tell
}

# Told again at each look: the database may not have had the table yet, or have come back without the row.
tell() {
  if [ -z "${CREW_BACKUP_DATABASE:-}" ] || [ ! -f "$standing" ]; then return 0; fi
  psql -XqAt --no-password -v ON_ERROR_STOP=1 -v good="$(standing_line 2)" -v problem="$(standing_line 3)" \
    -d "$CREW_BACKUP_DATABASE" <<'SQL' || say "the database $CREW_BACKUP_DATABASE was not told how base backups stand, see above" >&2
INSERT INTO public.base_backup_standing (id, told_at, good_at, problem)
VALUES (1, now(), nullif(:'good', '')::timestamptz, nullif(btrim(:'problem'), ''))
ON CONFLICT (id) DO UPDATE SET told_at = excluded.told_at, good_at = excluded.good_at, problem = excluded.problem;
SQL
}

names() {
  for folder in "$bases"/*Z; do
    if [ -d "$folder" ]; then basename "$folder"; fi
  done | sort
}

# The WAL file in which a recovery from this base begins.
first_wal() {
  sed -n 's/^START WAL LOCATION: .* (file \([0-9A-F]\{24\}\))$/\1/p' "$bases/$1/backup_label"
}

# Files of WAL in 4 GiB, by which names are counted on; a base knows the size of one.
files_in_4gib() {
  size=$(LC_ALL=C pg_controldata "$bases/$1" | sed -n 's/^Bytes per WAL segment: *//p')
  echo $((4294967296 / size))
}

# The names that lie between the first file and the last one in the archive, on the first one's timeline, and are not there.
missing_wal() {
  first=$1
  timeline=$(echo "$first" | cut -c1-8)
  high=$((0x$(echo "$first" | cut -c9-16)))
  low=$((0x$(echo "$first" | cut -c17-24)))
  last=$(cd "$wal" && ls | sed -n "s/^\($timeline[0-9A-F]\{16\}\)\.gz\$/\1/p" | tail -n 1)
  [ -n "$last" ] || return 0
  name=$first
  # A name is as long as any other, so that their order is that of their letters.
  while [ "$name" != "$last" ] && [ "$(printf '%s\n%s\n' "$name" "$last" | LC_ALL=C sort | head -n 1)" = "$name" ]; do
    [ -f "$wal/$name.gz" ] || echo "$name"
    low=$((low + 1))
    if [ $low -ge "$2" ]; then
      low=0
      high=$((high + 1))
    fi
    name=$timeline$(printf '%08X%08X' $high $low)
  done
}

check_files() {
  if found=$(pg_verifybackup --quiet "$1" 2>&1); then return; fi
  echo "$found" >&2
  fail "$(basename "$1") is damaged: $(echo "$found" | head -n 1)"
}

verify() {
  [ -d "$bases/$1" ] || fail "there is no base backup $1 in $bases"
  check_files "$bases/$1"
  has_wal "$1" || fail "the WAL of $1 is not in $wal: look into the server's log for archive_command"
  gaps=$(missing_wal "$(first_wal "$1")" "$(files_in_4gib "$1")")
  if [ -n "$gaps" ]; then
    echo "$gaps" >&2
    fail "$1 can only be recovered to a time before the WAL file $(echo "$gaps" | head -n 1), which is missing in $wal"
  fi
  say "$1 is whole, and so is its WAL"
}

# All, whatever is wrong with some of them.
verify_all() {
  [ -n "$(names)" ] || fail "there is no base backup in $bases"
  whole=
  wrong=
  for one in $(names); do
    if said=$(sh "$0" verify "$one" 2>&1); then
      echo "$said"
      whole="$whole $one"
    else
      echo "$said" >&2
      reason=$(echo "$said" | sed -n '$s/^base-backup: //p')
      wrong="$wrong${wrong:+; }${reason:-$one could not be checked}"
    fi
  done
  note "$(names | tail -n 1)" "${whole##* }" "$wrong"
  [ -z "$wrong" ] || fail "not all base backups are whole, see above; those that are:${whole:- none}"
}

# The server archives a note of each base, which names the last WAL file that belongs to it.
last_wal() {
  gzip -dc "$wal/$1".*.backup.gz 2>/dev/null | sed -n 's/^STOP WAL LOCATION: .* (file \([0-9A-F]\{24\}\))$/\1/p' | tail -n 1
}

has_wal() {
  last=$(last_wal "$(first_wal "$1")")
  [ -n "$last" ] && [ -f "$wal/$last.gz" ]
}

wait_for_wal() {
  waited=0
  while ! has_wal "$1"; do
    if [ $waited -ge "$wait_seconds" ]; then
      fail "$1 is there, but its WAL (${last:-$(first_wal "$1")}) has not come into $wal: look into the server's log for archive_command"
    fi
    sleep 1
    waited=$((waited + 1))
  done
}

# A server that was recovered goes on along a timeline of its own; where that has begun stands in a file that is needed too.
keep_histories() {
  for history in "$1"/pg_wal/*.history; do
    if [ -f "$history" ]; then "$(dirname "$0")/$archiver" "$history" "$(basename "$history")"; fi
  done
}

take() {
  keep=7
  if [ "${1:-}" = --keep ] && [ $# -eq 2 ]; then keep=$2; elif [ $# -gt 0 ]; then
    usage >&2
    exit 2
  fi
  case $keep in '' | 0* | *[!0-9]*) fail "--keep takes a number from 1 on" ;; esac
  [ -d "$archive" ] || fail "the archive $archive is not there; is its volume mounted?"
  trap '[ $? = 0 ] || note "$(standing_line 1)" "$(standing_line 2)" "the last base backup failed: $problem"' EXIT
  umask 077
  [ -d "$bases" ] || mkdir "$bases"
  # What was cut off a day ago is of no use to anybody.
  find "$bases" -maxdepth 1 -name '.*.partial' -mmin +1440 -exec rm -rf {} +
  partial=$bases/.$(date -u +%Y%m%dT%H%M%S).$$.partial
  if ! found=$(pg_basebackup --pgdata="$partial" --wal-method=stream --checkpoint=fast --manifest-checksums=SHA256 --no-password \
    --label=crew 2>&1); then
    echo "$found" >&2
    fail "$(echo "$found" | tail -n 1)"
  fi
  check_files "$partial"
  # Its name is the first moment to which it can be recovered: when it was done.
  name=$(date -u +%Y%m%dT%H%M%SZ)
  [ ! -e "$bases/$name" ] || fail "$name is there already: two were taken at once"
  mv "$partial" "$bases/$name"
  sync "$bases" 2>/dev/null || sync
  keep_histories "$bases/$name"
  wait_for_wal "$name"
  prune "$keep"
  say "$name is taken and checked"
}

# The newest is from within the last day, and on the timeline that the server is on.
is_fresh() {
  newest=$(names | tail -n 1)
  [ -n "$newest" ] && [ -n "$(find "$bases/$newest" -maxdepth 0 -mmin -1435)" ] || return 1
  now_on=$(psql -XqAt --no-password -d 'dbname=replication replication=true' -c IDENTIFY_SYSTEM 2>/dev/null | cut -d '|' -f 2)
  [ -z "$now_on" ] || [ "$((0x$(first_wal "$newest" | cut -c1-8)))" = "$now_on" ]
}

# What fails is said, with what is kept and when it is tried next; a server that is not there yet is waited for.
serve() {
  while :; do
    pause=${CREW_BACKUP_LOOK_SECONDS:-600}
    if ! pg_isready -q; then pause=5; else look "$@" || true; fi
    sleep "$pause"
  done
}

look() {
  before=$(names)
  if ! is_fresh && ! sh "$0" take "$@"; then
    if [ "$(names)" = "$before" ]; then
      say "no base backup was taken, see above; kept: ${before:-none}; the next try is in $pause s" | tr '\n' ' ' >&2
      echo >&2
      return
    fi
  fi
  newest=$(names | tail -n 1)
  if [ "$newest" = "$(standing_line 1)" ]; then
    tell
  elif ! has_wal "$newest"; then
    say "$newest is kept, and so are all before it, but its WAL has not come; the next look for it is in $pause s" >&2
    tell
  elif ! sh "$0" verify; then
    say "none was removed for that; all are checked again with the next one, a day after $newest, or by: base-backup verify" >&2
  fi
}

# The newest stay; what goes takes along only WAL that no base needs, whichever timeline each is on.
prune() {
  excess=$(($(names | wc -l) - $1))
  if [ $excess -le 0 ]; then return; fi
  names | head -n $excess | while read -r old; do
    rm -rf "${bases:?}/$old"
    say "$old is removed"
  done
  oldest=$(names | while read -r one; do first_wal "$one"; done | LC_ALL=C sort -k 1.9 | head -n 1)
  pg_archivecleanup -x .gz "$wal" "$oldest"
}

# Installed without its ending, beside this script.
archiver=archive-wal
case $0 in *.sh) archiver=archive-wal.sh ;; esac

case "${1:-}" in
take)
  shift
  take "$@"
  ;;
serve)
  shift
  serve "$@"
  ;;
verify)
  if [ $# -gt 1 ]; then verify "$2"; else verify_all; fi
  ;;
list) names ;;
-h | --help) usage ;;
*)
  usage >&2
  exit 2
  ;;
esac
