#!/bin/bash
# postgres.sh STATE PORT: a throwaway PostgreSQL cluster in STATE, on loopback alone, trusting whoever connects.
# Prints the server's process id; the URL is postgres://postgres@127.0.0.1:PORT/postgres; `kill -INT` stops it.
# Run again on a stopped STATE it starts the same cluster. As root it drops to the user postgres.
set -eu
state=$1
port=$2
bin=${PGBIN:-$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)}
mkdir -p "$state"
state=$(cd "$state" && pwd)
run=
if [ "$(id -u)" = 0 ]; then
    chown postgres "$state"
    run="setpriv --reuid=postgres --regid=postgres --init-groups"
fi
cd "$state"
if [ ! -f data/PG_VERSION ]; then
    $run "$bin/initdb" -D "$state/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync >init.log 2>&1 || { cat init.log >&2; exit 1; }
fi
# A test loses nothing in a power cut: no waiting for the disk.
settings="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200 -c shared_buffers=32MB"
settings="$settings -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
$run "$bin/pg_ctl" -D "$state/data" -s -w -l "$state/data/server.log" -o "$settings" start >/dev/null </dev/null 2>&1 || {
    cat "$state/data/server.log" >&2
    exit 1
}
head -1 "$state/data/postmaster.pid"
