#!/bin/bash
# Every way out leaves the terminal as it was.
. "$(dirname "$0")/tmux.bash"

start() {
    run_program view "$here/sample.jsonl"
    wait_for_selected fp32
}

open_terminal 80 24
for key in q F10 Escape C-c; do
    start
    keys $key
    check_clean
done

for signal in TERM INT HUP QUIT; do
    start
    kill -$signal "$(pid)"
    check_clean
    wait_until_ended "$(pid)"
done

# Crash signals end the program with their status, after the terminal was restored.
for signal in SEGV ABRT BUS; do
    start
    kill -$signal "$(pid)"
    check_clean
    wait_until_ended "$(pid)"
done

# Suspended, the shell has its terminal; back in the foreground, the program has its own.
start
keys C-z
wait_for 'Stopped'
check_clean
shell_line fg
wait_for_selected fp32
keys j
wait_for_selected dynamic
kill -TSTP "$(pid)"
wait_for 'Stopped'
check_clean
shell_line fg
wait_for_selected dynamic
keys q
check_clean
