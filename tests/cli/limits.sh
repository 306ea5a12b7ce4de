#!/bin/bash
# What one model may take is bounded by keys: beyond each, its row fails, says which, and the others go on.
. "$(dirname "$0")/lib.bash"

big=synth:resnet-50:size=256
bounded() { # models..., then --, then KEY=VALUE and the text of the reason
    local models=()
    while [ "$1" != -- ]; do
        models+=(--model "$1")
        shift
    done
    "$QUANTOP" run "${models[@]}" --modes fp32 --data random:4 -q --csv "$scratch/rows.csv" --set "$2" \
        --set measure.max_rounds=2 --set measure.block_ms=1 --set measure.warmup_ms=1 --set measure.seconds=0.1 \
        >"$scratch/out" 2>"$scratch/err"
    status=$?
    grep -q ",failed,.*$3" "$scratch/rows.csv" || fail "$2: no '$3' in: $(cat "$scratch/rows.csv" "$scratch/err")"
}
others_go_on() {
    [ $status = 5 ] || fail "$1: ended with $status: $(cat "$scratch/err")"
    [ "$(grep -c ',done,' "$scratch/rows.csv")" = 2 ] || fail "$1: others are lost: $(cat "$scratch/rows.csv")"
}
small=$SOURCE/data/mlp.tflite

bounded "$small" $big "$small" -- limits.nodes=20 "operators, more than 20 (key 'limits.nodes')"
others_go_on nodes
bounded $big -- limits.inference_seconds=0.0001 "one inference took .* (key 'limits.inference_seconds')"
bounded $big -- limits.prepare_seconds=0.1 "no answer for 0.1 s (key 'limits.prepare_seconds')"
bounded $big -- limits.load_seconds=0.1 "no answer for 0.1 s (key 'limits.load_seconds')"
case ${QUANTOP_SANITIZERS:-} in
*-fsanitize=*) echo 'SKIP limits: sanitizers take memory of their own' ;;
*)
    bounded "$small" $big "$small" -- limits.memory=48MiB "(key 'limits.memory')"
    others_go_on memory
    # 98 bytes whose only operator makes a tensor of 1.6 GB: reading them takes next to nothing, and so does all that
    # would run it, beyond the limit.
    base64 -d >"$scratch/98.onnx" <<END
CAg6WAoRCgF4CgFzEgF5IgZFeHBhbmQqGQgCEAdCAXNKECBOAAAAAAAAIE4AAAAAAABaDwoBeBIKCggIARIECgIIAWIXCgF5EhIK
EAgBEgwKBAignAEKBAignAFCBAoAEA0=
END
    printf '\0\0\0\0' >"$scratch/one"
    (ulimit -v 200000 && expect 0 inspect "$scratch/98.onnx") || exit 1
    expect 4 infer "$scratch/98.onnx" --input "$scratch/one" --output "$scratch/y" --set 'limits.memory=256 MiB'
    says 'not enough memory for 16[0-9]* bytes of activations'
    expect 4 quantize "$scratch/98.onnx" --mode int8:effort=0 --data random:2 --output "$scratch/y.tflite" \
        --set 'limits.memory=256 MiB'
    says 'not enough memory for 16[0-9]* bytes of activations'
    ;;
esac
expect 3 run "$small" --set limits.memory=1
expect 3 run "$small" --set limits.nodes=0
exit 0
