#!/bin/bash
# quantop explain: what it lists it explains; what is no topic is refused with the nearest one.
. "$(dirname "$0")/lib.bash"

expect 0 explain
mapfile -t lines <"$scratch/out"
[ ${#lines[@]} -ge 14 ] || fail "few kinds are listed: ${#lines[@]}"
for line in "${lines[@]}"; do
    kind=${line%%:*}
    # The first and the last of each kind.
    for topic in "$(sed 's/^[^:]*: //; s/, .*//' <<<"$line")" "$(sed 's/.*[:,] //' <<<"$line")"; do
        expect 0 explain "$topic"
        grep -qF -- "$topic ($kind): " "$scratch/out" || fail "$topic is no $kind: $(cat "$scratch/out")"
    done
done
# In words of a shell, by the title that people see, and in all tables that have it.
expect 0 explain cannot tell
grep -q '^cannot tell (verdict): .*more rounds, or more samples, would tell\.$' "$scratch/out" || fail "cannot tell is not explained"
expect 0 explain p99
grep -q "^p99_ms (column): shown as 'p99 ms': " "$scratch/out" || fail "p99 is not explained"
expect 0 explain mode
[ "$(grep -c '^mode (' "$scratch/out")" -ge 3 ] || fail "mode is explained less than three times"
expect 3 explain cannot tel
grep -q "nearest is 'cannot tell'" "$scratch/err" || fail "no nearest topic: $(cat "$scratch/err")"
expect 3 explain qqqqqqqqqqqqqqqq
grep -q "'quantop explain' lists what there is" "$scratch/err" || fail "no way to the list: $(cat "$scratch/err")"
# Shells complete topics.
for shell in quantop _quantop quantop.fish; do
    grep -q 'memory-bound ' "$BUILD/man/$shell" || fail "$shell does not know a topic"
done
COMP_WORDS=(quantop explain memory-b) COMP_CWORD=2
# shellcheck disable=SC1091
. "$BUILD/man/quantop"
_quantop
[ "${COMPREPLY[*]}" = memory-bound ] || fail "completed to: ${COMPREPLY[*]}"
