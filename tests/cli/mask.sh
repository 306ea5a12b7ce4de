#!/bin/bash
# A mask that the program is started with is the machine: placements stay within it, and workers, too.
. "$(dirname "$0")/lib.bash"

command -v taskset >/dev/null || { echo "SKIP mask: no taskset"; exit 77; }
[ -z "${HWLOC_SYNTHETIC:-}${HWLOC_XMLFILE:-}" ] || { echo "SKIP mask: another machine's topology"; exit 77; }
units=$(awk '/^Cpus_allowed_list:/ { n = split($2, parts, ","); for (i = 1; i <= n; i++) { m = split(parts[i], ends, "-"); for (u = ends[1]; u <= ends[m]; u++) print u } }' /proc/self/status)
first=$(head -n 1 <<<"$units") last=$(tail -n 1 <<<"$units")
[ "$first" != "$last" ] || { echo "SKIP mask: one processing unit"; exit 77; }
masked=$scratch/masked
printf '#!/bin/bash\nexec taskset -c %s "%s" "$@"\n' "$last" "$QUANTOP" >"$masked"
chmod +x "$masked"
unmasked=$QUANTOP

QUANTOP=$masked
expect 0 topology
grep -q "only pu:$last may be used" "$scratch/out" || fail "the mask is not said: $(cat "$scratch/out")"
grep -q "leaves, pu:$last$" "$scratch/out" || fail "no remark on the mask"
grep -Eq "pu:$first( |$|,|-)" "$scratch/out" && [ "$first" != 0 ] && fail "the unit $first is shown"
grep -q '  cores .*(here: 1 thread)' "$scratch/out" || fail "'cores' are not one: $(cat "$scratch/out")"
grep -q '  threads .*(here: 1 thread)' "$scratch/out" || fail "'threads' are not one"
model=(--model "$SOURCE/data/mlp.tflite" --data random:4 --modes fp32 --set measure.min_rounds=300
    --set measure.max_rounds=300 --set measure.process_rounds=300)

# Outside of the mask there is nothing.
expect 4 run "${model[@]}" --placements "pu:$first" --csv "$scratch/rows.csv"
grep -q "not all of the processing units $first may be used.*leaves pu:$last" "$scratch/rows.csv" ||
    fail "the mask is not named: $(cat "$scratch/rows.csv")"
expect 4 run "${model[@]}" --placements 2 --set measure.max_rounds=1 --set measure.min_rounds=1

# A worker of any placement is bound to the unit that is left.
for placement in 1 cores threads "pu:$last"; do
    "$QUANTOP" run "${model[@]}" --placements "$placement" -q --journal "$scratch/$placement.jsonl" &
    parent=$!
    bound=
    for _ in $(seq 500); do
        if grep -q '"event":"block"' "$scratch/$placement.jsonl" 2>/dev/null; then
            worker=$(awk '{ print $1 }' "/proc/$parent/task/$parent/children")
            bound=$(awk '/^Cpus_allowed_list:/ { print $2 }' "/proc/$worker/status" 2>/dev/null)
            break
        fi
        sleep 0.01
    done
    kill -TERM $parent
    wait $parent
    [ "$bound" = "$last" ] || fail "a worker of '$placement' may use '$bound', expected $last"
done

QUANTOP=$unmasked
# The program itself stays off the unit that is measured, as long as that is measured.
allowed() { awk '/^Cpus_allowed_list:/ { print $2 }' "/proc/$1/status"; }
"$QUANTOP" run "${model[@]}" --placements "pu:$first" -q --journal "$scratch/aside.jsonl" &
parent=$!
for _ in $(seq 500); do
    grep -q '"event":"block"' "$scratch/aside.jsonl" 2>/dev/null && break
    sleep 0.01
done
worker=$(awk '{ print $1 }' "/proc/$parent/task/$parent/children")
ours=$(allowed $parent) theirs=$(allowed "$worker")
kill -TERM $parent
wait $parent
[ "$theirs" = "$first" ] || fail "the worker may use '$theirs', expected $first"
grep -qE "(^|,)$first([-,]|$)" <<<"$ours" && fail "the program itself may use '$ours', with $first measured"
# What it took is in the journal, and not much.
awk -F'[:,]' '/"event":"own_cost"/ { is_sound = $4 > 0 && $6 > 0 && $8 > 0 && $8 <= $6 && $6 < $4 }
    END { exit !is_sound }' "$scratch/aside.jsonl" || fail "own_cost: $(grep own_cost "$scratch/aside.jsonl")"
expect 0 view "$scratch/aside.jsonl" --json "$scratch/aside.json"
grep -q '"own_cost": {' "$scratch/aside.json" || fail "the report lacks what the program took itself"
expect 0 topology
grep -q 'may be used' "$scratch/out" && fail "a mask where there is none"
exit 0
