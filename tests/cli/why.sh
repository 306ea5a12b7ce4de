#!/bin/bash
# Causes that are planted in real runs are what quantop why names first.
. "$(dirname "$0")/lib.bash"
cd "$scratch" || exit 1
"$BUILD/tests/cli/make_models" . || fail "cannot make models"

# The first line below the row whose heading has the text: the rule and what it says.
first_line() {
    awk -v row="$1" 'found { sub(/^ +/, ""); print; exit } index($0, row) { found = 1 }' out
}

# The cause, the row, the rule that is to come first, what its line names, and how to run it.
plant() {
    local cause=$1 row=$2 rule=$3 named=$4 line
    shift 4
    expect 0 run --seconds 0.5 --set measure.profile_seconds=0.1 --journal "$cause.jsonl" "$@"
    expect 0 why "$cause.jsonl"
    line=$(first_line "$row")
    [[ $line == "$rule: "*"$named"* ]] || fail "$cause: '$line' comes first, not $rule with $named: $(cat out)"
}
while IFS='|' read -r cause row rule named arguments; do
    # shellcheck disable=SC2086
    plant "$cause" "$row" "$rule" "$named" $arguments
done <<END
generic|int8 on|isa-limited|held to generic|--model $SOURCE/data/mobilenet.tflite --data random:8 --modes fp32,int8 --isa generic
forced|fp32 on|isa-limited|held to reference|--model $SOURCE/data/mlp.tflite --data random:8 --modes fp32 --isa reference
island|int8 on|float-islands|DETECTION_POSTPROCESS 'boxes'|--model detector.tflite --data random:8 --modes fp32,int8
plain|fp32 on|plain-kernels|DETECTION_POSTPROCESS 'boxes'|--model detector.tflite --data random:8 --modes fp32
huge|int8:effort=0 on|costly-layers|FULLY_CONNECTED 'huge' (|--model huge.tflite --data user.npy --labels user-class.npy --modes fp32,int8:effort=0 --set layers.seconds=9
END
[ "$(nproc)" -gt 1 ] &&
    plant threads "fp32 on" small-on-threads "too little to be shared among 2 threads" \
        --model synth:mlp:size=16,classes=4 --data random:8 --modes fp32 --placements 2

# The layer with the range is the one with the largest error alone, and what the mode loses is its doing.
expect 0 layers huge.jsonl --sort isolated_sqnr_db --top 1 --csv -
tail -1 out | awk -F, '$6 != "huge" || $11 > 1 || $23 < 50 { exit 1 }' || fail "not the worst layer: $(cat out)"

expect 0 run --model "$SOURCE/data/mlp.tflite" --data random:8 --modes fp32 --seconds 0.2 --journal bare.jsonl \
    --set measure.profile_seconds=0
expect 0 why bare.jsonl
grep -q "were not watched" out || fail "no word on steps that were not watched: $(cat out)"
expect 4 why none.jsonl

# Its steps, one by one, and the same for programs.
expect 0 why plain.jsonl --steps
grep -Eq "^  boxes +DETECTION_POSTPROCESS .* detection_postprocess[a-z0-9_]* +[a-z0-9-]+ +(compute|memory|overhead)" out ||
    fail "no step with what bounds it: $(cat out)"
expect 0 view plain.jsonl --json -
grep -q '"rule": "plain-kernels"' out && grep -q '"op": "DETECTION_POSTPROCESS"' out || fail "not in JSON: $(cat out)"
