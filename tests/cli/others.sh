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
