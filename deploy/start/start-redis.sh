#!/bin/sh
# Starts Redis or Valkey with one user, who may do what the platform does and nothing else, and with nothing on disk.
set -eu
PASSWORD_FILE=/run/secrets/redis_password
[ -s "$PASSWORD_FILE" ] || { echo "The secret redis_password is missing or empty." >&2; exit 1; }
umask 077
hash=$(tr -d '\n' < "$PASSWORD_FILE" | sha256sum | cut -d ' ' -f 1)
printf 'user default on nopass resetkeys resetchannels -@all +ping\nuser crew on #%s ~* &* -@all +@read +@write +@pubsub +@connection +@transaction +eval +evalsha +script|load +time -@dangerous +info\n' "$hash" > /tmp/users.acl
exec redis-server --bind '* -::*' --protected-mode no --port 6379 --dir /tmp --save '' --appendonly no \
  --aclfile /tmp/users.acl --maxmemory "${CREW_REDIS_MEMORY:-384mb}" --maxmemory-policy allkeys-lru \
  --client-output-buffer-limit 'pubsub 64mb 16mb 60'
