#!/bin/bash
# Models as others make them compute what they say: nodes in any order, branches, functions.
. "$(dirname "$0")/lib.bash"
cd "$scratch" || exit 1
cases=${QUANTOP_SHARED:-}/cases
[ -d "$cases" ] || { echo "SKIP $name: no QUANTOP_SHARED"; exit 77; }
command -v perl >/dev/null || { echo "SKIP $name: perl is missing"; exit 77; }

# Runs model $1 on the float32 numbers $2; it must put out the numbers $3, to four digits.
computes() {
    local model=$1 got
    perl -e 'print pack("f<*", @ARGV)' $2 >in.bin
    shift 2
    expect 0 infer "$cases/$model" -i in.bin -o out.bin "${@:2}"
    got=$(perl -e 'undef $/; print join(" ", map { sprintf "%.4g", $_ } unpack("f<*", <>))' out.bin)
    [ "$got" = "$1" ] || fail "$model computes $got, expected $1"
}

computes nodes-out-of-order/o2c--test_nodes_out_of_order.onnx "$(seq -s ' ' 0 59)" \
    "4 6 8 10 16 18 20 22 28 30 32 34 40 42 44 46 52 54 56 58"
# Sigmoid of the first row of weights, times the input; and that row behind a Relu.
computes control-flow-and-functions/p_function.onnx "1 0 0 0 0 0 0 0" "0.6857 0 0 0 0 0 0 0"
computes control-flow-and-functions/q_ifconst.onnx "1 -1 -1 -1 -1 -1 -1 -1" "-0.2574 -1.936 0.0342 0.631"

# One file, several signatures: the first one unless another is asked for, said and with its own size.
two=second-signature-unseen/two_signatures.tflite
computes $two "5" "15"
says "^quantop: note: signature 'add' is taken, 'multiply' is left out"
computes $two "5" "50" --signature multiply
says "signature 'multiply' is taken, 'add' is left out"
expect 0 inspect "$cases/$two" --signature multiply
grep -q "^signature 0: 'add', inputs 'x' float32 1, outputs 'add_result' float32 1$" out &&
    grep -q "^signature 1: 'multiply', .* 'multiply_result' float32 1, shown here$" out &&
    grep -q ' MUL ' out || fail "not both are listed, or not the second one shown: $(cat out)"
expect 3 inspect "$cases/$two" --signature divide
says "two_signatures.tflite: there is no signature 'divide'; the model has 'add', 'multiply'"
expect 0 convert "$cases/$two" --signature multiply -o one.tflite
expect 0 inspect one.tflite
! grep -q '^signature' out || fail "more than one is written: $(cat out)"
grep -q multiply_result one.tflite || fail "the names of the signature are lost"
expect 0 convert "$cases/$two" -o one.onnx
says "^quantop: note: .onnx files have no signatures"
expect 0 quantize "$cases/$two" --mode fp16 -o one.tflite
says "^quantop: note: signature 'add' is taken"
! grep -q note out || fail "notes are in the output: $(cat out)"
cat >p.yaml <<END
models:
  - {path: $cases/$two, name: first}
  - {path: $cases/$two, name: second, signature: multiply}
  - {path: $cases/second-signature-unseen/multi_signature_model.tflite, signature: sub}
data: {samples: 'random:20'}
modes: [fp32, as-is]
measure: {seconds: 0.1, min_rounds: 2, max_rounds: 2, profile_seconds: 0}
END
expect 0 run p.yaml --csv rows.csv
for note in "'add' is taken, 'multiply'" "'multiply' is taken, 'add'" "'sub' is taken, 'add', 'mul' are"; do
    grep -q "note: signature $note" out || fail "nothing said of $note: $(cat out)"
done
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["size_bytes"] >= 1372 { exit 1 }' rows.csv || fail "sizes are those of all signatures: $(cat rows.csv)"
expect 0 run --model "$cases/$two" --signature multiply --data random:4 --modes fp32 --seconds 0.1
grep -q "note: signature 'multiply' is taken" out || fail "the option is not heeded: $(cat out)"
expect 4 run --model "$cases/$two" --signature divide --data random:4 --modes fp32
