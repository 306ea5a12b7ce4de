#!/bin/bash
# The pictures of the screen in the README are what the program prints.
. "$(dirname "$0")/lib.bash"

locale -a 2>/dev/null | grep -qi '^C\.utf-\?8$' || { echo "SKIP screens: there is no locale C.UTF-8"; exit 77; }
cd "$SOURCE" || exit 1
count=0
while IFS= read -r line; do
    read -ra words <<<"${line#'$ quantop '}"
    LC_ALL=C.UTF-8 expect 0 "${words[@]}"
    awk -v command="$line" '$0 == command { on = 1; next } /^```/ { on = 0 } on' README.md >"$scratch/picture"
    diff "$scratch/picture" "$scratch/out" >"$scratch/differences" ||
        fail "README.md shows another picture than $line: $(cat "$scratch/differences")"
    count=$((count + 1))
done < <(grep '^\$ quantop view ' README.md)
[ $count -ge 4 ] || fail "no picture was found"

# Keys are named between blanks, and all else is typed letter by letter; what quits ends that.
run=tests/unit/pages/run.jsonl
expect 0 view $run --plain --keys '/int8 Enter 6'
grep -q '^ *mlp, int8' "$scratch/out" || fail "typed keys did not lead to a row: $(head -n 4 "$scratch/out")"
expect 3 view $run --keys jw
grep -q 'option --plain: is missing: --keys is for a screen' "$scratch/err" || fail "--keys alone: $(cat "$scratch/err")"
expect 0 view $run --plain --keys 'q 2'
grep -q '\[1\]Trials' "$scratch/out" || fail "keys were typed behind the one that quits"
