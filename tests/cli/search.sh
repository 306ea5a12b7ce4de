#!/bin/bash
# quantop search: a network that loses points with weights per tensor, and the layers that give them back.
. "$SOURCE/tests/cli/lib.bash"
data=$SOURCE/data
cd "$scratch" || exit 1

# Searches with further options; the mode of the plan is in out, what was told in err.
seek() {
    expect "$1" search --model "$data/mobilenet.tflite" --modes int8:weights=per-tensor \
        --data "$data/test-images.idx.gz" --labels "$data/test-labels.idx.gz" --count 1000 \
        --calibration "$data/calibration-images.idx.gz" --calibration-count 50 \
        --scale 0.00392156862745098 --set measure.block_ms=1 "${@:2}"
}

# The member $2 of the last event "found" of the record $1.
found() {
    grep '"event": *"found"' "$1" | tail -n 1 | sed -n 's/.*"'"$2"'": *\([^,}]*\).*/\1/p'
}

seek 0 --drop 6 --seconds 60 --journal gain.jsonl
mode=$(cat "$scratch/out")
case $mode in
int8:weights=per-tensor*skip=*) ;;
*) fail "no plan: $mode" ;;
esac
says 'found: int8:weights=per-tensor'
says 'by samples that had no part in the choice'
[ "$(found gain.jsonl keeps_limits)" = true ] || fail "the limits are not kept: $(cat gain.jsonl)"
[ "$(grep -c '"event": *"layer"' gain.jsonl)" -gt 5 ] || fail "no layers in the record"
[ "$(grep -c '"wide_noise"' gain.jsonl)" = "$(grep -c '"event": *"layer"' gain.jsonl)" ] ||
    fail "16 bits were not tried in each layer"
says 'with 16 bits noise'
grep '"event": *"found"' gain.jsonl | grep -q '"wide_layers": *\[' || fail "no list of layers of 16 bits"

# What is recorded is not measured again: the second search adds but its end.
before=$(wc -l <gain.jsonl)
seek 0 --drop 6 --seconds 60 --journal gain.jsonl
[ "$(cat "$scratch/out")" = "$mode" ] || fail "another plan from the same record: $(cat "$scratch/out")"
added=$(($(wc -l <gain.jsonl) - before))
[ "$added" = 1 ] || fail "$added lines were added: $(tail -n "$added" gain.jsonl)"
sed '$s/.*/{"event": "pl/' gain.jsonl >cut.jsonl # killed while it wrote
seek 0 --drop 6 --seconds 60 --journal cut.jsonl
[ "$(cat "$scratch/out")" = "$mode" ] || fail "another plan from a record that was cut off"

# The plan is a mode like others.
expect 0 quantize "$data/mobilenet.tflite" --mode "$mode" --calibration "$data/calibration-images.idx.gz" \
    --calibration-count 50 --scale 0.00392156862745098 -o plan.tflite
[ "$(stat -c %s plan.tflite)" = "$(found gain.jsonl bytes | cut -d. -f1)" ] || fail "the file has another size"

# One after the other by noise alone is no faster.
seek 0 --drop 6 --seconds 60 --method one-by-one --journal single.jsonl
awk -v gain="$(found gain.jsonl ratio)" -v single="$(found single.jsonl ratio)" \
    'BEGIN { exit !(gain > 0 && gain <= single * 1.1) }' ||
    fail "gain takes $(found gain.jsonl ratio) of the time, one by one $(found single.jsonl ratio)"

# Other quantizers.
for form in profile tflite onnxruntime nncf; do
    seek 0 --drop 6 --seconds 60 --journal gain.jsonl --export $form
    case $form in
    profile) grep -q "^  - \"int8:weights=per-tensor" "$scratch/out" ;;
    tflite) grep -q 'denylisted_nodes = \[$' "$scratch/out" ;;
    onnxruntime) grep -q 'nodes_to_exclude=nodes' "$scratch/out" ;;
    nncf) grep -q 'IgnoredScope(names=nodes)' "$scratch/out" ;;
    esac || fail "form $form: $(cat "$scratch/out")"
done
seek 3 --drop 6 --export tflight
says "nearest is 'tflite'"

# What cannot be kept ends with 1; what cannot be searched says why.
seek 1 --drop 0 --size 1 --seconds 60
says 'no plan keeps'
expect 3 search --model "$data/mlp.tflite" --modes fp32 --data random:8
says 'needs a mode that calibrates'
seek 3 --drop 5 --journal single.jsonl --calibration-count 40
says 'the record is of another search'
