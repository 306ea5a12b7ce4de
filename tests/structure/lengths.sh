#!/bin/bash
# Functions: median at most 12 lines, 90 % at most 22, none over 60. Files: none over 600 lines, those
# of tests 700. Lines: none over 100 columns, of documents 120.
set -u
export LC_ALL=C
cd "$SOURCE" || exit 1
ctags --version 2>/dev/null | grep -q 'Universal Ctags' ||
    { echo "SKIP lengths: universal-ctags is missing"; exit 77; }

# "LINES FILE:LINE NAME" of the functions in the folders $@, those of headers too.
functions() {
    ctags -x --_xformat='%{end} %n %F %N' --map-C=+.h --kinds-C=f -R --languages=C "$@" |
        awk '$1 ~ /^[0-9]+$/ { print $1 - $2 + 1, $3 ":" $2, $4 }'
}

# "LINES FILE" of the sources in the folders $@.
files() {
    find "$@" -name '*.[ch]' -exec awk 'END { print NR, FILENAME }' {} \;
}

# "COLUMNS FILE:LINE" of the lines of files. Bytes after the first of a character take no column.
columns() {
    awk '{ gsub(/[\200-\277]/, ""); print length, FILENAME ":" FNR }' "$@"
}

lines() {
    mapfile -t sources < <(find "$@" -name '*.[ch]')
    columns "${sources[@]}"
}

# Rows of tables are as long as their cells need.
prose() {
    mapfile -t documents < <(find ./*.md NEWS docs -type f)
    columns "${documents[@]}" | while IFS=': ' read -r width file line; do
        [ "$width" -le 120 ] || sed -n "${line}p" "$file" | grep -q '^|' || echo "$width $file:$line"
    done
}

# Lines on stdin start with a number: those whose number is above $1.
above() {
    awk -v limit="$1" '$1 > limit' | sort -k 2
}

# The share $1 of the numbers on stdin is at most this.
quantile() {
    sort -n | awk -v share="$1" '{ v[NR] = $1 } END { print v[int((NR - 1) * share) + 1] }'
}

status=0
fail() {
    printf 'FAIL lengths: %s\n' "$*"
    status=1
}

quantile_at_most() { # name, share, limit; numbers on stdin
    local value
    value=$(quantile "$2")
    echo "$1: $value (at most $3)"
    [ "$value" -le "$3" ] || fail "$1"
}

none_above() { # name, limit; numbers and places on stdin
    local longer
    longer=$(above "$2")
    [ -z "$longer" ] || fail "$1 over $2
$longer"
}

# The test itself must see what is wrong, and nothing else.
forge() {
    mkdir -p "$1" && cd "$1" || exit 1
    { echo 'static inline int f(void)'; echo '{'; yes '' | head -n 58; echo '}'; } >long.h
    { echo '// é─é─é─é─'; sed 's/$/ /' long.h; printf '//%99s\n' ''; } >wide.c
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
(forge "$scratch/forged")
seen=$(cd "$scratch" && { functions forged | above 60; files forged | above 62; lines forged | above 100; })
[ "$seen" = "61 forged/long.h:1 f
61 forged/wide.c:2 f
63 forged/wide.c
101 forged/wide.c:63" ] || { printf 'FAIL lengths: of the forged ones are seen\n%s\n' "$seen"; exit 1; }

functions=$(functions src ui man)
[ "$(wc -l <<<"$functions")" -gt 500 ] || { echo "FAIL lengths: too few functions found"; exit 1; }
quantile_at_most "median of functions" 0.5 12 <<<"$functions"
quantile_at_most "90 % of functions" 0.9 22 <<<"$functions"
none_above "functions" 60 <<<"$functions"
none_above "files" 600 < <(files src ui man)
none_above "files of tests" 700 < <(files tests)
none_above "lines" 100 < <(lines src ui man tests)
none_above "lines of documents" 120 < <(prose)
exit $status
