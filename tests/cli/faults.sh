#!/bin/bash
# Calls of the system that fail, one after the other, in the parent and in its workers: no crash, a message, and
# never a success from which something is missing. FAULTS is how many calls of each kind are tried, spread over
# all that there are (all: each of them); CAMPAIGNS which ones, such as 'worker:malloc quantize:read'.
. "$(dirname "$0")/lib.bash"
tried=${FAULTS:-6}
[ "$tried" = all ] && tried=1000000

compile_preload break
cat >"$scratch/p.yaml" <<END
model: $SOURCE/data/mlp.tflite
data: {samples: $SOURCE/data/test-images.idx.gz, labels: $SOURCE/data/test-labels.idx.gz, count: 20}
preprocess: {scale: 0.00392156862745098}
calibration: {samples: $SOURCE/data/calibration-images.idx.gz, count: 10}
modes: [fp32, int8]
measure: {seconds: 0.02, max_rounds: 2, block_ms: 1, warmup_ms: 1, timeout_seconds: 5, profile_seconds: 0}
END

# A command of which one call fails, with a role of tests/cli/break.c.
broken() { # role, kind, number, arguments...
    local role=$1 kind=$2 at=$3
    shift 3
    FAULT_ROLE=$role FAULT_KIND=$kind FAULT_AT=$at LD_PRELOAD=$scratch/break.so timeout 60 "$QUANTOP" "$@" \
        >"$scratch/out" 2>"$scratch/err"
    status=$?
}

# --- a run: its parent, and its workers ---

break_run() { # role, kind, number
    rm -f "$scratch/j.jsonl" "$scratch/r.csv"
    broken "$1" "$2" "$3" run "$scratch/p.yaml" -q --journal "$scratch/j.jsonl" --csv "$scratch/r.csv"
}

check_run() { # what
    local done_rows
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

# --- commands whose work is done in a process of its own: a word, and no half of a file; neither of the two waits for
# the other ---

head -c 3136 /dev/zero >"$scratch/in"
break_command() { # command, kind, number
    local arguments=("$1" "$SOURCE/data/mlp.tflite")
    rm -f "$scratch"/result*
    case $1 in
    infer) arguments+=(--input "$scratch/in" --output "$scratch/result") ;;
    quantize) arguments+=(--mode int8 --profile "$scratch/p.yaml" --calibration-count 2 -o "$scratch/result.onnx") ;;
    esac
    broken parent "$2" "$3" "${arguments[@]}"
    [ ! -e "$scratch/result.onnx" ] || mv "$scratch/result.onnx" "$scratch/result"
}

check_command() { # what, command
    case $status in
    0) [ -e "$scratch/result" ] || fail "$1: a success without a file" ;;
    3 | 4 | 71) says 'quantop: ' ;;
    *) fail "$1: ended with $status: $(cat "$scratch/err")" ;;
    esac
    [ ! -e "$scratch/result" ] || cmp "$scratch/result" "$scratch/whole-$2" || fail "$1: half a file"
    ls "$scratch" | grep -q '^result\..*tmp$' && fail "$1: a temporary file is left"
}

for command in infer quantize; do
    break_command $command none 0
    [ $status = 0 ] || fail "$command ended with $status: $(cat "$scratch/err")"
    mv "$scratch/result" "$scratch/whole-$command"
done

# --- campaigns ---

# So many of all calls of a kind.
injected=0
campaign() { # who, kind
    local most step at doer=command
    case $1 in
    parent | worker) doer=run ;;
    esac
    rm -f "$scratch/count"
    FAULT_COUNT=$scratch/count break_$doer "$1" "$2" 0
    [ $status = 0 ] || fail "$1, $2: does not run at all: $(cat "$scratch/err")"
    most=$(sort -n "$scratch/count" 2>/dev/null | tail -n 1)
    [ "${most:-0}" -gt 0 ] || {
        echo "SKIP faults: $1 has no call of $2"
        return
    }
    step=$(((most - 1) / tried + 1))
    for at in $(seq $((step / 3 + 1)) "$step" "$most"); do
        break_$doer "$1" "$2" "$at"
        check_$doer "$1, $2, call $at of $most" "$1"
        injected=$((injected + 1))
    done
    echo "# $1, $2: every $step. of $most"
}

every=$(printf 'parent:%s ' malloc write fdatasync fsync rename fork socketpair memfd_create epoll_create1 \
    timerfd_create recv send mmap open read
    printf 'worker:%s ' malloc write mmap open read
    printf 'infer:%s ' fork socketpair memfd_create send write read fsync rename malloc
    printf 'quantize:%s ' send read malloc)
for campaign in ${CAMPAIGNS:-$every}; do
    campaign "${campaign%:*}" "${campaign#*:}"
done
echo "# $injected failures injected, no crash"
exit 0
