#!/bin/sh
# Base backups: what a recovery begins with. Runs where the server's own tools are, since they must be of its version.
set -eu

usage() {
  cat <<'TEXT'
base-backup: takes, checks and lists base backups of a PostgreSQL that archives its WAL by archive-wal.

  base-backup take [--keep N]   take one and check it; keep the newest N (7), and the WAL from the oldest of them on
  base-backup serve [--keep N]  take one a day, from a day after the newest one, and check all; for ever
  base-backup verify [NAME]     check one, or all: each file by its checksum, and that no WAL file is missing after it
  base-backup list              names, oldest first: the moment (UTC) from which on each can be recovered to

The archive is the folder CREW_BACKUP_ARCHIVE (/var/lib/postgresql/archive unless set). The server is found by PGHOST, PGPORT,
PGUSER and PGPASSWORD or PGPASSFILE; the role needs REPLICATION. It ends with 0 only when all is well.
TEXT
}

say() { echo "base-backup: $1"; }

fail() {
  echo "base-backup: $1" >&2
  exit 1
}

archive=${CREW_BACKUP_ARCHIVE:-/var/lib/postgresql/archive}
wal=$archive/wal
bases=$archive/base
wait_seconds=${CREW_BACKUP_WAIT_SECONDS:-300}

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
  pg_verifybackup --quiet "$1" || fail "$(basename "$1") is damaged: see the file that is named above"
}

verify() {
  [ -d "$bases/$1" ] || fail "there is no base backup $1 in $bases"
  check_files "$bases/$1"
  gaps=$(missing_wal "$(first_wal "$1")" "$(files_in_4gib "$1")")
  if [ -n "$gaps" ]; then
    echo "$gaps" >&2
    fail "$1 can only be recovered to a time before the WAL files above, which are missing in $wal"
  fi
  say "$1 is whole, and so is its WAL"
}

# The server archives a note of each base, which names the last WAL file that belongs to it.
last_wal() {
  gzip -dc "$wal/$1".*.backup.gz 2>/dev/null | sed -n 's/^STOP WAL LOCATION: .* (file \([0-9A-F]\{24\}\))$/\1/p' | tail -n 1
}

wait_for_wal() {
  waited=0
  last=
  while [ -z "$last" ] || [ ! -f "$wal/$last.gz" ]; do
    if [ $waited -ge "$wait_seconds" ]; then
      fail "the base is there, but its WAL (${last:-$1}) has not come into $wal: look into the server's log for archive_command"
    fi
    sleep 1
    waited=$((waited + 1))
    last=$(last_wal "$1")
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
  umask 077
  [ -d "$bases" ] || mkdir "$bases"
  # What was cut off a day ago is of no use to anybody.
  find "$bases" -maxdepth 1 -name '.*.partial' -mmin +1440 -exec rm -rf {} +
  partial=$bases/.$(date -u +%Y%m%dT%H%M%S).$$.partial
  pg_basebackup --pgdata="$partial" --wal-method=stream --checkpoint=fast --manifest-checksums=SHA256 --no-password --label=crew
  check_files "$partial"
  # Its name is the first moment to which it can be recovered: when it was done.
  name=$(date -u +%Y%m%dT%H%M%SZ)
  [ ! -e "$bases/$name" ] || fail "$name is there already: two were taken at once"
  mv "$partial" "$bases/$name"
  sync "$bases" 2>/dev/null || sync
  keep_histories "$bases/$name"
  wait_for_wal "$(first_wal "$name")"
  prune "$keep"
  say "$name is taken and checked"
}

# The newest is from within the last day.
is_fresh() {
  newest=$(names | tail -n 1)
  [ -n "$newest" ] && [ -n "$(find "$bases/$newest" -maxdepth 0 -mmin -1435)" ]
}

# What fails is said, and tried again; a server that is not there yet is waited for.
serve() {
  while :; do
    pause=${CREW_BACKUP_LOOK_SECONDS:-600}
    if ! pg_isready -q; then pause=5; elif ! is_fresh; then
      if sh "$0" take "$@" && sh "$0" verify; then :; else say "no good base backup was made, see above; the next try is in $pause s" >&2; fi
    fi
    sleep "$pause"
  done
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
  if [ $# -gt 1 ]; then verify "$2"; else
    [ -n "$(names)" ] || fail "there is no base backup in $bases"
    for one in $(names); do verify "$one"; done
  fi
  ;;
list) names ;;
-h | --help) usage ;;
*)
  usage >&2
  exit 2
  ;;
esac
