# For the scripts of this folder, which drive the real program in a terminal that tmux plays:
#     tests/tui/NAME.sh [PATH-TO-QUANTOP]
# They exit with 77 and a line SKIP where they cannot run. Sourced, not run.

set -u

program=${1:-${QUANTOP:?}}
case $program in
/*) ;;
*) program=$PWD/$program ;;
esac
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=$(basename "$0" .sh)

skip() {
    echo "SKIP $name: $*"
    exit 77
}

command -v tmux >/dev/null || skip "tmux is missing"
locale -a 2>/dev/null | grep -qi '^C\.utf-\?8$' || skip "there is no locale C.UTF-8"
[ -x "$program" ] || skip "'$program' is no program"

scratch=$(mktemp -d)
terminals=0
server=quantop-test-$$
trap 'tm kill-server 2>/dev/null; rm -rf "$scratch"' EXIT

tm() {
    env -u TMUX tmux -L "$server" -f /dev/null "$@"
}

picture() {
    tm capture-pane -p -t main
}

fail() {
    echo "FAIL $name: $*"
    echo "--- the screen:"
    picture
    exit 1
}

# Starts a shell in a terminal of the given width and height. Its prompt is "ready>".
open_terminal() {
    tm kill-server 2>/dev/null
    # A new name each time: a server that is still ending refuses sessions.
    terminals=$((terminals + 1))
    server=quantop-test-$$-$terminals
    local shell="env -u NO_COLOR LC_ALL=C.UTF-8 XDG_CONFIG_HOME=$scratch/config \
        XDG_STATE_HOME=$scratch/state PS1='ready> ' bash --noprofile --norc -i"
    tm new-session -d -x "$1" -y "$2" -s main "cd '$scratch' && exec $shell" ||
        skip "tmux cannot start a session"
    tm set-option -g status off >/dev/null
    wait_for 'ready>'
}

# Waits until a line of the screen matches, at most so many seconds (10).
wait_for() {
    local deadline=$((SECONDS + ${2:-10}))
    until picture | grep -qE -e "$1"; do
        [ $SECONDS -lt $deadline ] || fail "no line matches '$1'"
        sleep 0.05
    done
}

wait_until_gone() {
    local deadline=$((SECONDS + ${2:-10}))
    while picture | grep -qE -e "$1"; do
        [ $SECONDS -lt $deadline ] || fail "a line still matches '$1'"
        sleep 0.05
    done
}

keys() {
    tm send-keys -t main "$@"
}

# Runs a line in the shell.
shell_line() {
    keys -l "$1"
    keys Enter
}

# Runs the program with the given arguments in the shell; its process number comes to $scratch/pid.
run_program() {
    shell_line "stty -a >before; clear"
    wait_until_gone 'stty'
    shell_line "bash -c 'echo \$\$ >pid; exec \"\$0\" \"\$@\"' '$program' $*"
}

pid() {
    cat "$scratch/pid"
}

# The processes that the program has started, all generations.
descendants() {
    local child
    for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
        echo "$child"
        descendants "$child"
    done
}

wait_until_ended() {
    local process deadline=$((SECONDS + 10))
    for process in "$@"; do
        while kill -0 "$process" 2>/dev/null; do
            [ $SECONDS -lt $deadline ] || fail "process $process is still there"
            sleep 0.05
        done
    done
}

# A row of the sample is selected; its model is left out where room is short.
wait_for_selected() {
    wait_for "^>[ !*@] (sample +)?$1"
}

# After the program: the shell's terminal is as it was before.
check_clean() {
    wait_for 'ready> *$'
    [ "$(tm display-message -p -t main '#{alternate_on}')" = 0 ] ||
        fail "the alternate screen was left on"
    [ "$(tm display-message -p -t main '#{cursor_flag}')" = 1 ] ||
        fail "the cursor was left invisible"
    [ "$(tm display-message -p -t main '#{mouse_any_flag}')" = 0 ] ||
        fail "mouse reports were left on"
    ! picture | grep -q '^quantop  ' || fail "a header is left on the screen"
    shell_line "stty -a >after; echo settings read"
    wait_for '^settings read'
    local changes
    # The first line has the size, which tests change.
    changes=$(diff <(tail -n +2 "$scratch/before") <(tail -n +2 "$scratch/after")) ||
        fail "the terminal's settings changed: $changes"
}
