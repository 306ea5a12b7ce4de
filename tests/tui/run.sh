#!/bin/bash
# A run is stopped, goes on, and is quit; nothing is left behind.
# QUANTOP_TEST_PROFILE names another profile than the default one; it must run for some seconds.
. "$(dirname "$0")/tmux.bash"

profile=${QUANTOP_TEST_PROFILE:-$here/../../profiles/default.yaml}
[ -r "$profile" ] || skip "there is no '$profile'"

# The program may wait for S or start by itself.
start() {
    run_program "'$profile'"
    wait_for '^quantop .*(not started|running|done)$' 30
    picture | grep -q '^quantop .*not started$' && keys S
    wait_for '^quantop .*(running|done)$'
    picture | grep -q '^quantop .*done$' && skip "the profile ends before it can be stopped"
}

open_terminal 80 24
start
keys X
wait_for 'Stop the run'
keys n
wait_until_gone 'Stop the run'
wait_for '^quantop .*running$'
keys X y
wait_for '^quantop .*stopped$'
keys S
wait_for '^quantop .*running$'

tm resize-window -t main -x 40 -y 12
wait_for '^quantop .*running$'
tm resize-window -t main -x 200 -y 60
wait_for '^quantop .*running$'
tm resize-window -t main -x 80 -y 24
wait_for '^quantop .*running$'

keys q
wait_for 'Quit and stop the run'
keys Escape
wait_until_gone 'Quit and stop the run'
workers=$(descendants "$(pid)")
keys q y
check_clean
# shellcheck disable=SC2086
wait_until_ended "$(pid)" $workers
# The journal tells what the screen cost.
grep -q '"event":"own_cost".*"pictures":[1-9]' "$scratch"/state/quantop/*.jsonl ||
    fail "what the program took itself is not in the journal"

for way in C-c TERM; do
    start
    sleep 1
    workers=$(descendants "$(pid)")
    case $way in
    C-c) keys C-c ;;
    *) kill -$way "$(pid)" ;;
    esac
    check_clean
    # shellcheck disable=SC2086
    wait_until_ended "$(pid)" $workers
done

# A killed program cannot restore anything, but its workers do not outlive it.
start
sleep 1
workers=$(descendants "$(pid)")
kill -KILL "$(pid)"
# shellcheck disable=SC2086
wait_until_ended "$(pid)" $workers

open_terminal 80 24
start
sleep 1
workers=$(descendants "$(pid)")
process=$(pid)
tm kill-session -t main
# shellcheck disable=SC2086
wait_until_ended "$process" $workers
