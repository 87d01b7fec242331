#!/bin/sh
# Makes the secrets of one host that are not there yet, as files in deploy/secrets (or the folder that is named). What is
# there stays as it is. Take master_key and backup_key to another place: without them nothing can be read again.
set -eu
folder=${1:-$(dirname "$0")/secrets}
mkdir -p -m 700 "$folder"
# Readable within the folder, which nobody else can enter: containers read them as users of their own.
make() {
  [ -s "$folder/$1" ] && { echo "kept       $1"; return; }
  printf '%s' "$2" > "$folder/$1.new"
  chmod 444 "$folder/$1.new"
  mv "$folder/$1.new" "$folder/$1"
  echo "generated  $1"
}
make auth_secret "$(openssl rand -base64 32)"
make master_key "$(openssl rand -base64 32)"
make backup_key "$(openssl rand -base64 32)"
make admin_password "$(openssl rand -base64 18 | tr '+/' '-_')"
make postgres_password "$(openssl rand -hex 24)"
make redis_password "$(openssl rand -hex 24)"
make database_url "postgres://crew:$(cat "$folder/postgres_password")@postgres:5432/crew"
make redis_url "redis://crew:$(cat "$folder/redis_password")@redis:6379"
