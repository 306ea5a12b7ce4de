#!/bin/bash
# Calls of the system that fail, one after the other, in the parent and in its workers: no crash, a message, and
# never a success from which something is missing. FAULTS is how many calls of each kind are tried, spread over
# all that there are (all: each of them); CAMPAIGNS which ones, such as 'worker:malloc quantize:read'.
. "$(dirname "$0")/lib.bash"
tried=${FAULTS:-6}
[ "$tried" = all ] && tried=1000000

compile_preload break

# So many samples of a shipped set alone: to unpack all of it takes longer than a run of some.
few() { # set, bytes of its header, bytes of a sample, samples
    gzip -dc "$SOURCE/data/$1.gz" | head -c $(($2 + $3 * $4)) >"$scratch/whole"
    {
        head -c 4 "$scratch/whole"
        printf "\\0\\0\\0\\$(printf %03o "$4")"
        tail -c +9 "$scratch/whole"
    } >"$scratch/$1"
}
few test-images.idx 16 784 20
few test-labels.idx 8 1 20
few calibration-images.idx 16 784 10
profile() { # name, mode of integers, seconds to watch steps
    cat >"$scratch/$1.yaml" <<END
model: $SOURCE/data/mlp.tflite
data: {samples: $scratch/test-images.idx, labels: $scratch/test-labels.idx}
preprocess: {scale: 0.00392156862745098}
calibration: {samples: $scratch/calibration-images.idx}
modes: [fp32, $2]
measure: {seconds: 0.02, max_rounds: 2, block_ms: 1, warmup_ms: 1, timeout_seconds: 5, profile_seconds: $3}
END
}
profile worker int8 0
profile parent '{mode: int8, effort: 0}' 0  # it is others that quantize
profile steps '{mode: int8, effort: 0}' 0.01 # and what bounds steps is measured

# A command of which one call fails, with a role of tests/cli/break.c.
broken() { # role, kind, number, arguments...
    local role=$1 kind=$2 at=$3
    shift 3
    FAULT_ROLE=$role FAULT_KIND=$kind FAULT_AT=$at LD_PRELOAD=$scratch/break.so timeout 60 "$QUANTOP" "$@" \
        >"$scratch/out" 2>"$scratch/err"
    status=$?
}

# --- a run: its parent, and its workers ---

break_run() { # profile, kind, number
    local role=$1
    [ "$1" != steps ] || role=worker
    rm -rf "$scratch/j.jsonl" "$scratch/r.csv" "$scratch/cache"
    broken $role "$2" "$3" run "$scratch/$1.yaml" -q --journal "$scratch/j.jsonl" --csv "$scratch/r.csv"
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
    quantize) arguments+=(--mode int8 --profile "$scratch/worker.yaml" --calibration-count 2 -o "$scratch/result.onnx") ;;
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
    parent | worker | steps) doer=run ;;
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

# Those of dup2 and execv are calls of what becomes a worker.
every=$(printf 'parent:%s ' malloc read pread write open fopen fstat stat fdatasync fsync rename flock fork dup2 execv \
    setrlimit sched_setaffinity socketpair memfd_create epoll_create1 epoll_ctl epoll_wait poll signalfd timerfd_create \
    recv send
    printf 'worker:%s ' malloc read pread write pwrite open fopen fstat stat lseek ftruncate setrlimit \
        sched_setaffinity pthread_create
    printf 'steps:%s ' fork pipe2 rename fsync
    printf 'infer:%s ' malloc read write mmap fork socketpair memfd_create send fsync rename
    printf 'quantize:%s ' malloc read mmap send)
for campaign in ${CAMPAIGNS:-$every}; do
    campaign "${campaign%:*}" "${campaign#*:}"
done
echo "# $injected failures injected, no crash"
exit 0
