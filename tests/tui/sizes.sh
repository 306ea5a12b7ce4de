#!/bin/bash
# A journal is shown in terminals of all sizes, and even where nothing fits `q` works.
. "$(dirname "$0")/tmux.bash"

journal=$here/sample.jsonl

for size in "80 24" "200 60" "40 12"; do
    # shellcheck disable=SC2086
    open_terminal $size
    run_program view "$journal"
    wait_for '^quantop  sample.* done$'
    wait_for_selected fp32
    wait_for 'int8'
    wait_for 'Help.*Quit'
    keys q
    check_clean
done

open_terminal 200 60
run_program view "$journal"
wait_for_selected fp32
keys j j
wait_for 'SOFTMAX x1'
keys G
wait_for 'operator .SVDF. has no 16x8 form'
keys q
check_clean

open_terminal 20 5
run_program view "$journal"
wait_for_selected fp32
keys q
check_clean

open_terminal 18 4
run_program view "$journal"
wait_for 'needs 20x5'
keys q
check_clean
