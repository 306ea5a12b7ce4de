#!/bin/bash
# A terminal that is closed ends the program.
. "$(dirname "$0")/tmux.bash"

open_terminal 80 24
run_program view "$here/sample.jsonl"
wait_for_selected fp32
process=$(pid)
tm kill-session -t main
wait_until_ended "$process"
