#!/bin/sh
# PostgreSQL calls this for each WAL file that is full, and again until it says 0; only then is the file its own to reuse.
set -eu

usage() {
  cat <<'TEXT'
archive-wal: puts one WAL file into the archive, once and for good.

  archive_command = '/usr/local/bin/archive-wal %p %f'

  %p  the file, as PostgreSQL sees it
  %f  its name

The archive is the folder CREW_BACKUP_ARCHIVE (/var/lib/postgresql/archive unless set), the file goes to wal/ in it, packed
(%f.gz): one that was cut off early, by archive_timeout, is mostly empty. It is there whole or not at all. The same file once
more is fine; another one under a name that is taken is refused.
TEXT
}

fail() {
  echo "archive-wal: $1" >&2
  exit 1
}

case "${1:-}" in -h | --help)
  usage
  exit 0
  ;;
esac
if [ $# -ne 2 ]; then
  usage >&2
  exit 2
fi

source=$1
name=$2
archive=${CREW_BACKUP_ARCHIVE:-/var/lib/postgresql/archive}
wal=$archive/wal

case $name in
'' | .* | *[!0-9A-Za-z.]*) fail "$name is no name of a WAL file" ;;
esac
[ -f "$source" ] || fail "there is no file $source"
# The archive itself is never made here: a volume that was not mounted would be a folder that goes with the container.
[ -d "$archive" ] || fail "the archive $archive is not there; is its volume mounted?"
umask 077
[ -d "$wal" ] || mkdir "$wal"

# A name is on disk once its folder is; where `sync` takes no path, everything is written.
sync_path() {
  sync "$1" 2>/dev/null || sync
}

is_source() {
  gzip -dc "$1" 2>/dev/null | cmp -s "$source" -
}

packed=$wal/$name.gz
if [ -e "$packed" ]; then
  is_source "$packed" || fail "$packed is there already and holds something else; does another server write to this archive?"
  # The attempt that wrote it may have been cut off before it was told.
  sync_path "$packed"
  sync_path "$wal"
  exit 0
fi

partial=$wal/.$name.partial
trap 'rm -f "$partial"' EXIT
rm -f "$partial"
gzip -1 -c "$source" >"$partial" 2>/dev/null || fail "$name could not be written to $wal"
sync_path "$partial"
is_source "$partial" || fail "$name was not written to $wal as it is"
mv "$partial" "$packed"
sync_path "$wal"
