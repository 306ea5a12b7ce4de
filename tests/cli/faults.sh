#!/bin/bash
# Calls of the system that fail, one after the other, in the parent and in its workers: no crash, a message, and
# never a success from which something is missing. FAULTS is how many calls of each kind are tried, spread over
# all that there are (all: each of them, which takes hours).
. "$(dirname "$0")/lib.bash"
tried=${FAULTS:-6}

compile_preload break
cat >"$scratch/p.yaml" <<END
model: $SOURCE/data/mlp.tflite
data: {samples: $SOURCE/data/test-images.idx.gz, labels: $SOURCE/data/test-labels.idx.gz, count: 20}
preprocess: {scale: 0.00392156862745098}
calibration: {samples: $SOURCE/data/calibration-images.idx.gz, count: 10}
modes: [fp32, int8]
measure: {seconds: 0.02, max_rounds: 2, block_ms: 1, warmup_ms: 1, timeout_seconds: 5, profile_seconds: 0}
END

with_fault() { # role, kind, number, options...
    local role=$1 kind=$2 at=$3
    shift 3
    rm -f "$scratch/j.jsonl" "$scratch/r.csv" "$scratch/count"
    FAULT_ROLE=$role FAULT_KIND=$kind FAULT_AT=$at LD_PRELOAD=$scratch/break.so \
        timeout 60 "$QUANTOP" run "$scratch/p.yaml" -q --journal "$scratch/j.jsonl" --csv "$scratch/r.csv" "$@" \
        >"$scratch/out" 2>"$scratch/err"
    status=$?
}

injected=0
check() { # what
    local done_rows
    injected=$((injected + 1))
    case $status in
    0)
        done_rows=$(grep -c ',done,' "$scratch/r.csv" 2>/dev/null)
        [ "$done_rows" = 2 ] || fail "$1: a success with $done_rows of 2 rows: $(cat "$scratch/err")"
        "$QUANTOP" view "$scratch/j.jsonl" --csv "$scratch/v.csv" >"$scratch/out" 2>&1 ||
            fail "$1: a success whose journal cannot be read: $(cat "$scratch/out")"
        [ "$(grep -c ',done,' "$scratch/v.csv")" = 2 ] || fail "$1: a success with events lost"
        ;;
    4 | 5 | 71) # a reason is on stderr, or in the row
        [ -s "$scratch/err" ] || grep -q ',failed,' "$scratch/r.csv" || fail "$1: ended with $status without a word"
        ;;
    3) says 'quantop: ' ;;
    *) fail "$1: ended with $status: $(cat "$scratch/err")" ;;
    esac
}

campaign() { # role, kind
    local most step
    FAULT_COUNT=$scratch/count with_fault "$1" "$2" 0 --no-sandbox # whose workers could not tell their counts
    [ $status = 0 ] || fail "$1, $2: does not run at all: $(cat "$scratch/err")"
    most=$(sort -n "$scratch/count" 2>/dev/null | tail -n 1)
    [ "${most:-0}" -gt 0 ] || {
        echo "SKIP faults: $1 has no call of $2"
        return
    }
    step=$((most / (tried == 0 ? 1 : tried) + 1))
    [ "$FAULTS" = all ] && step=1
    for at in $(seq $((step / 3 + 1)) "$step" "$most"); do
        with_fault "$1" "$2" "$at"
        check "$1, $2, call $at of $most"
    done
}
FAULTS=${FAULTS:-}
[ "$FAULTS" = all ] && tried=1
for kind in malloc write fdatasync fsync rename fork socketpair memfd_create epoll_create1 timerfd_create recv send \
    mmap open read; do
    campaign parent $kind
done
for kind in malloc write mmap open read; do
    campaign worker $kind
done
# A command whose work is done in a process of its own ends with a word, and no half of a file; neither of the two
# waits for the other.
head -c 3136 /dev/zero >"$scratch/in"
infer=(infer "$SOURCE/data/mlp.tflite" --input "$scratch/in" --output "$scratch/result")
expect 0 "${infer[@]}"
mv "$scratch/result" "$scratch/whole"
for kind in fork socketpair memfd_create send write read fsync rename malloc; do
    for at in 1 2 3 40; do
        rm -f "$scratch"/result*
        FAULT_ROLE=parent FAULT_KIND=$kind FAULT_AT=$at LD_PRELOAD=$scratch/break.so timeout 20 "$QUANTOP" "${infer[@]}" \
            >"$scratch/out" 2>"$scratch/err"
        status=$?
        injected=$((injected + 1))
        case $status in
        0) [ -e "$scratch/result" ] || fail "infer, $kind, call $at: a success without a file" ;;
        4 | 71) says 'quantop: ' ;;
        *) fail "infer, $kind, call $at: ended with $status: $(cat "$scratch/err")" ;;
        esac
        [ ! -e "$scratch/result" ] || cmp "$scratch/result" "$scratch/whole" || fail "infer, $kind, call $at: half a file"
        ls "$scratch" | grep -q '^result\..*tmp$' && fail "infer, $kind, call $at: a temporary file is left"
    done
done
echo "# $injected failures injected, no crash"
exit 0
