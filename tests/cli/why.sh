#!/bin/bash
# Causes that are planted in real runs are what quantop why names first.
. "$(dirname "$0")/lib.bash"
cd "$scratch" || exit 1
"$BUILD/tests/cli/make_models" . || fail "cannot make models"

# The first rule that is named for the row whose heading has the text.
first_rule() {
    awk -v row="$1" 'found { sub(/:.*/, "", $1); print $1; exit } index($0, row) { found = 1 }' out
}

# The cause, the row, the rule, and how to run it.
while IFS='|' read -r cause row rule arguments; do
    # shellcheck disable=SC2086
    expect 0 run --seconds 0.5 --set measure.profile_seconds=0.1 --journal "$cause.jsonl" $arguments
    expect 0 why "$cause.jsonl"
    [ "$(first_rule "$row")" = "$rule" ] ||
        fail "$cause: $(first_rule "$row") is named first, expected $rule: $(cat out)"
done <<END
generic|int8 on|isa-limited|--model $SOURCE/data/mobilenet.tflite --data random:8 --modes fp32,int8 --isa generic
island|int8 on|float-islands|--model detector.tflite --data random:8 --modes fp32,int8
plain|fp32 on|plain-kernels|--model detector.tflite --data random:8 --modes fp32
END
if [ "$(nproc)" -gt 1 ]; then
    expect 0 run --seconds 0.5 --journal threads.jsonl --model synth:mlp:size=16,classes=4 --data random:8 \
        --modes fp32 --placements 2
    expect 0 why threads.jsonl
    [ "$(first_rule "fp32 on")" = small-on-threads ] || fail "threads: $(cat out)"
fi

expect 0 run --model "$SOURCE/data/mlp.tflite" --data random:8 --modes fp32 --seconds 0.2 --journal bare.jsonl \
    --set measure.profile_seconds=0
expect 0 why bare.jsonl
grep -q "were not watched" out || fail "no word on steps that were not watched: $(cat out)"
expect 4 why none.jsonl
