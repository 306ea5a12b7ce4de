#!/bin/bash
# Functions: median at most 15 lines, 90 % under 50, none over 120 (kernels 200). Files: median at most
# 350 lines, none over 900.
set -u
cd "$SOURCE" || exit 1
ctags --version 2>/dev/null | grep -q 'Universal Ctags' ||
    { echo "SKIP lengths: universal-ctags is missing"; exit 77; }

# A value of sorted numbers on stdin, by its share.
quantile() {
    sort -n | awk -v share="$1" '{ v[NR] = $1 } END { print v[int((NR - 1) * share) + 1] }'
}

status=0
check() { # name, value, limit
    echo "$1: $2 (at most $3)"
    [ "$2" -le "$3" ] || { echo "FAIL lengths: $1"; status=1; }
}

functions=$(ctags -x --_xformat='%{end} %n %F %N' --kinds-C=f -R --languages=C src ui man |
    awk '$1 ~ /^[0-9]+$/ { print $1 - $2 + 1, $3, $4 }')
[ "$(wc -l <<<"$functions")" -gt 500 ] || { echo "FAIL lengths: too few functions found"; exit 1; }
check "median of functions" "$(awk '{ print $1 }' <<<"$functions" | quantile 0.5)" 15
check "90 % of functions" "$(awk '{ print $1 }' <<<"$functions" | quantile 0.9)" 49
check "longest function" "$(grep -v ' src/kernels/' <<<"$functions" | awk '{ print $1 }' | quantile 1)" 120
check "longest kernel" "$(grep ' src/kernels/' <<<"$functions" | awk '{ print $1 }' | quantile 1)" 200
files=$(find src ui man -name '*.c' -exec wc -l {} + | grep -v total | awk '{ print $1 }')
check "median of files" "$(quantile 0.5 <<<"$files")" 350
check "longest file" "$(quantile 1 <<<"$files")" 900
exit $status
