#!/bin/bash
# A run that is killed at any moment, and again while it is resumed, is finished by --resume: no row is lost, and
# no line of the journal is damaged. KILLS are the first and the last of the numbers to try (1-8); from its number
# follow the two random moments of each, so that a long campaign can be made in parts.
. "$(dirname "$0")/lib.bash"
IFS=- read -r first last <<<"${KILLS:-1-8}"

quick_profile 'fp32, {mode: int8, effort: 0}' 'title: kills'
sed -i 's/^measure.*/measure: {seconds: 0.3, min_rounds: 2, max_rounds: 3, block_ms: 2, warmup_ms: 1, profile_seconds: 0}/
        s/count: 200/count: 50/' "$scratch/quick.yaml"

milliseconds() {
    date +%s%3N
}
begin=$(milliseconds)
expect 0 run "$scratch/quick.yaml" -q --journal "$scratch/whole.jsonl"
whole=$(($(milliseconds) - begin))

killed=0
killed_after() { # milliseconds, arguments...
    local delay=$1
    shift
    "$QUANTOP" run -q "$@" >"$scratch/out" 2>"$scratch/err" &
    local parent=$!
    sleep "$(printf '%d.%03d' $((delay / 1000)) $((delay % 1000)))"
    kill -9 $parent 2>/dev/null && killed=$((killed + 1))
    wait $parent 2>/dev/null
}

for i in $(seq "$first" "$last"); do
    journal=$scratch/$i.jsonl
    RANDOM=$i
    : "$RANDOM" # the first one grows with its seed
    moment=$RANDOM later=$RANDOM
    killed_after $((whole * moment / 32768)) "$scratch/quick.yaml" --journal "$journal"
    [ -s "$journal" ] && grep -q '"event":"trial"' "$journal" || continue # nothing was to be lost yet
    cp "$journal" "$scratch/before"
    killed_after $((whole * later / 65536)) --resume "$journal"
    cmp -n "$(stat -c %s "$scratch/before")" "$journal" "$scratch/before" || fail "kill $i: what was recorded changed"
    expect 0 run -q --resume "$journal" --csv "$scratch/rows.csv"
    [ "$(grep -c ',done,' "$scratch/rows.csv")" = 4 ] || fail "kill $i: rows are lost: $(cat "$scratch/rows.csv")"
    expect 0 view "$journal" --csv "$scratch/view.csv"
    [ ! -s "$scratch/err" ] || fail "kill $i: $(cat "$scratch/err")"
    [ "$(grep -c '"event":"end"' "$journal")" = 1 ] || fail "kill $i: not one end"
    grep '"event":"done"' "$journal" | grep -o '"trial":[0-9]*' | sort | uniq -d | grep -q . &&
        fail "kill $i: a row was final twice"
    rm "$journal"
done
echo "# $killed kills, numbers $first to $last"
[ "$killed" -gt 0 ] || fail 'nothing was killed'
exit 0
