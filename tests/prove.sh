#!/bin/bash
# make prove: the long counts and the measurements, written down in docs/PROOF.md with the machine, its load and the commit.
#
# tests/prove.sh [STEP…]: without a name every step; `none` only writes the file anew. All run from one release build. What each step measured is
# kept below target/prove, so that steps may be run one by one; each stands in the file with its own commit, load and day. A claim that does not
# hold ends it with exit code 1 and stands there as failed. CASECONSULTANT_PROVE=N has kills (on each store) and mutations counted N times, to try.
set -u
cd "$(dirname "$0")/.." || exit 1
kept=target/prove
mkdir -p "$kept"
steps="build tests kills mutations figures reading search editions desk demo"
shown="tests kills mutations figures reading search editions desk demo"
failed=0
cargo nextest --version >/dev/null 2>&1 || { echo "prove: cargo-nextest is needed: cargo install cargo-nextest --locked" >&2; exit 2; }

command_of() {
    local nextest="cargo nextest run --release --profile prove --success-output final"
    local long="env CASECONSULTANT_PROVE=${CASECONSULTANT_PROVE:-1} $nextest"
    local measure="$nextest --run-ignored only --test-threads 1"
    case $1 in
    build) echo "cargo nextest run --release --no-run" ;;
    tests) echo "env -u CASECONSULTANT_PROVE PLAIN_SCAN_LOOKUPS=2000 $nextest" ;;
    kills) echo "$long journey::kills" ;;
    mutations) echo "$long corpus::mutated" ;;
    figures) echo "$measure journey::bench" ;;
    reading) echo "$measure outbox::rate corpus::figures" ;;
    search) echo "$measure search::figures" ;;
    editions) echo "$measure editions::figures" ;;
    desk) echo "env DESK_CASES=100000 $measure desk::at_size" ;;
    demo) echo "target/release/caseconsultant demo --once --dir $kept/demo.dir" ;;
    *) return 1 ;;
    esac
}

title_of() {
    case $1 in
    tests) echo "Every story, on real servers and on both stores" ;;
    kills) echo "kill -9, half of it at the four named moments, on both stores" ;;
    mutations) echo "Mutated mails through the reader: no panic, none over a second" ;;
    figures) echo "Figures beside their baselines" ;;
    reading) echo "Reading and sending, each by itself" ;;
    search) echo "Search: recall by layer, latency" ;;
    editions) echo "An edition of the code records: built, and asked" ;;
    desk) echo "Every page of the desk at 100,000 cases: time and size" ;;
    demo) echo "The demo, from the start of the program to its end" ;;
    esac
}

run() { # STEP: runs it, keeps what it printed and where and when that was
    local step=$1 command begun end
    command=$(command_of "$step") || { echo "prove: there is no step $step; the steps are: $steps" >&2 && exit 2; }
    rm -rf "$kept/demo.dir"
    echo "== $step: $command"
    printf '%s\n' "commit \`$(git rev-parse --short HEAD)\`$(git diff --quiet HEAD -- . ':!docs/PROOF.md' || echo ' with changes not committed'), $(date -u +%Y-%m-%d), load before it $(cut -d' ' -f1 /proc/loadavg)" >"$kept/$step.where"
    begun=$(date +%s.%N)
    # shellcheck disable=SC2086 # a command of plain words
    if $command >"$kept/$step.log" 2>&1; then end=ok; else end=FAILED; fi
    [ "$step" != demo ] || awk -v a="$begun" -v b="$(date +%s.%N)" 'BEGIN { printf "figure: demo: %.2f s\n", b - a }' >>"$kept/$step.log"
    echo "$end" >"$kept/$step.end"
    printf '%s\n' "$command" | sed "s|$PWD/||g" >"$kept/$step.command"
    [ "$end" = ok ] || failed=1
    tail -3 "$kept/$step.log"
}

section() { # STEP
    echo
    echo "## $(title_of "$1")"
    echo
    [ -f "$kept/$1.end" ] || { echo "Not measured." && return; }
    echo "\`$(cat "$kept/$1.command")\`: $(cat "$kept/$1.end"); $(cat "$kept/$1.where")."
    echo
    grep -ohE 'figure: .*' "$kept/$1.log" | sort -u | sed 's/^figure: /- /'
    grep -hE 'Summary \[' "$kept/$1.log" | tail -1 | sed 's/^ */- /'
}

for step in ${*:-$steps}; do
    [ "$step" = none ] || run "$step"
    # Nothing can be measured of what is not built.
    if [ "$step" = build ] && [ "$failed" = 1 ]; then exit 1; fi
done

cargo nextest list --release --run-ignored all 2>/dev/null | sed -n 's/^\(caseconsultant::it \| *\)\([a-z_0-9:]*\)$/\2/p' >"$kept/all"
{
    echo "# What was measured"
    echo
    echo "Written by \`make prove\` (one step of it: \`tests/prove.sh STEP\`). Each part names the commit it was measured at, the day, and how busy the"
    echo "machine was when it began (its load; two cores are fully used at 2)."
    echo
    echo "Machine: $(nproc) cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(awk '/MemTotal/ {printf "%.0f GB", $2 / 1048576}' /proc/meminfo), Linux $(uname -r), $(rustc --version)."
    for step in $shown; do section "$step"; done
    echo
    echo "## Where each part is shown"
    echo
    echo "| part | shown by the tests | how many |"
    echo "|---|---|---|"
    grep -v '^#' tests/proof.tsv | while IFS=$'\t' read -r part tests; do
        found=0
        for test in $tests; do found=$((found + $(grep -cE "^$test(::|\$)" "$kept/all"))); done
        echo "| $part | $(printf '`%s` ' $tests)| $found |"
    done
} >docs/PROOF.md
echo "docs/PROOF.md is written"
exit $failed
