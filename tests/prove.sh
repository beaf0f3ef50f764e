#!/bin/bash
# make prove: the long counts and the measurements, written down in docs/PROOF.md with the machine and the commit.
#
# Three hundred kills, every story on real servers, and the figures beside their baselines (from a release build). Takes about an hour on
# two cores. A claim that does not hold makes it end with exit code 1, and stands in the file as failed.
set -u
cd "$(dirname "$0")/.." || exit 1
proof=docs/PROOF.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

step() { # NAME COMMAND…: runs it, keeps what it printed
    local name=$1
    shift
    echo "== $name: $*"
    if "$@" >"$work/$name.log" 2>&1; then echo ok >"$work/$name.end"; else echo FAILED >"$work/$name.end" && failed=1; fi
    printf '%s\n' "$*" >"$work/$name.command"
    tail -3 "$work/$name.log"
}

step build cargo build --release
step tests cargo nextest run --success-output final
step kills env CASECONSULTANT_PROVE=1 cargo nextest run --success-output final journey::kills
step figures env CASECONSULTANT_BIN="$PWD/target/release/caseconsultant" cargo nextest run --run-ignored only --test-threads 1 --success-output final journey::bench

section() { # NAME TITLE
    echo
    echo "## $2"
    echo
    echo "\`$(sed "s|$PWD/||" "$work/$1.command")\`: $(cat "$work/$1.end")"
    echo
    grep -ohE 'figure: .*' "$work/$1.log" | sort -u | sed 's/^figure: /- /'
    grep -hE 'Summary \[' "$work/$1.log" | tail -1 | sed 's/^ */- /'
}

{
    echo "# What was measured"
    echo
    echo "Written by \`make prove\`. Commit \`$(git rev-parse --short HEAD)\`$(git diff --quiet HEAD -- src tests config templates migrations || echo ' with changes not committed'), $(date -u +%Y-%m-%d)."
    echo "Machine: $(nproc) cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(awk '/MemTotal/ {printf "%.0f GB", $2 / 1048576}' /proc/meminfo), Linux $(uname -r), $(rustc --version)."
    section tests "Every story, on real servers and on both stores"
    section kills "kill -9, half of it at the four named moments"
    section figures "Figures beside their baselines"
    echo
    echo "## Where each part is shown"
    echo
    echo "| part | shown by the tests | |"
    echo "|---|---|---|"
    cargo nextest list --run-ignored all 2>/dev/null | sed 's/^ *//' >"$work/all"
    grep -v '^#' tests/proof.tsv | while IFS=$'\t' read -r part tests; do
        found=$(grep -cE "$tests" "$work/all")
        echo "| $part | \`$tests\` | $([ "$found" -gt 0 ] && echo "$found" || echo 'no such test') |"
    done
} >"$proof"
echo "$proof is written"
exit $failed
