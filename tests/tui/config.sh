#!/bin/bash
# A configuration in a terminal: keys, scheme and columns are the user's own, what is set is saved where he wrote, the
# last session is taken up again, and without the mouse nothing is asked of it at all.
. "$(dirname "$0")/tmux.bash"

sample=$here/sample.jsonl
config=$scratch/config/quantop/config.yaml
kept=$scratch/state/quantop/screen.yaml

# What the program sends to the terminal, all bytes of it, into $scratch/sent.
capture() {
    : >"$scratch/sent"
    tm pipe-pane -t main -o "cat >>'$scratch/sent'"
}
asks_for_mouse() {
    grep -qE $'\033\\[\\?(9|100[0-6]|1015)[;hl0-9]*[hl]' "$scratch/sent"
}

# Nothing is there, and nothing comes to be but what was kept.
open_terminal 80 24
capture
run_program view "$sample"
wait_for_selected fp32
[ "$(tm display-message -p -t main '#{mouse_any_flag}')" = 0 ] || fail "the mouse is asked for"
keys q
check_clean
[ -s "$scratch/sent" ] || fail "nothing was captured"
! asks_for_mouse || fail "the mouse is spoken of, which nobody wanted"
[ ! -e "$config" ] || fail "a configuration was made"
grep -q '^screen: trials$' "$kept" || fail "kept is: $(cat "$kept")"

# The user's own, behind a link, with a comment and a key of a later version.
mkdir -p "$scratch/config/quantop" "$scratch/dotfiles"
cat >"$scratch/dotfiles/quantop.yaml" <<'END'
# mine
scheme: light   # at home
later: {is: fine}
columns: [mode, speedup, state]
mouse: on
keys:
  trials: {sort: [o], group: [s], stop: []}
END
ln -s ../../dotfiles/quantop.yaml "$config"
run_program view "$sample"
wait_for_selected fp32
wait_for '^ +mode +speedup .*state'
wait_for ' o Sort '
[ "$(tm display-message -p -t main '#{mouse_any_flag}')" = 1 ] || fail "the mouse is not asked for"
keys o
wait_for 'Sort by'
keys j j Enter
wait_until_gone 'Sort by'
keys s
wait_for 'grouped by placement'
keys -l ':set mouse off'
keys Enter
wait_for 'mouse is set'
[ "$(tm display-message -p -t main '#{mouse_any_flag}')" = 0 ] || fail "the mouse is still asked for"
keys -l ':set scheme safe'
keys Enter
wait_for 'scheme is set'
keys -l ':save'
keys Enter
wait_for 'scheme, mouse: in .*/config/quantop/config.yaml'
keys -l ':set filter int8'
keys Enter
wait_for 'filter int8: '
keys 8
wait_for '\[8\]Log'
keys q q
check_clean
asks_for_mouse || fail "what is captured shows no mouse where it was asked for"
[ -L "$config" ] || fail "the link is gone"
diff - "$scratch/dotfiles/quantop.yaml" <<'END' || fail "more was changed than what was set"
# mine
scheme: safe   # at home
later: {is: fine}
columns: [mode, speedup, state]
mouse: off
keys:
  trials: {sort: [o], group: [s], stop: []}
END

# The last session; a screen that is asked for goes before it.
run_program view "$sample" --screen trials
wait_for "only rows that match 'int8' are shown"
wait_for 'filter int8: '
keys 8 C-c
check_clean
run_program view "$sample"
wait_for '\[8\]Log'
keys 1
wait_for 'filter int8: '
keys C-c
check_clean
run_program view "$sample" --no-config
wait_for_selected fp32
wait_for 'F6/s Sort'
keys -l ':save'
keys Enter
wait_for 'there is no configuration'
keys C-c
check_clean

# What the command line says is not saved, and not kept.
before=$(cat "$kept")
run_program view "$sample" --screen machine --scheme mono --mouse
wait_for '\[5\]Machine'
keys -l ':save'
keys Enter
wait_for 'nothing was set'
keys C-c
check_clean
[ "$before" = "$(cat "$kept")" ] || fail "kept is now: $(cat "$kept")"

# A mistake is said where it is, and the program has its own keys; nothing is written against a file's mode.
sed -i 's/sort: \[o\]/sort: [r]/; /^scheme/s/safe/purple/' "$scratch/dotfiles/quantop.yaml"
chmod 400 "$scratch/dotfiles/quantop.yaml"
run_program view "$sample" --no-mouse
wait_for "config.yaml:2:9: scheme: 'purple' is none of"
keys -l ':set glyphs ascii'
keys Enter
wait_for '^-- why'
keys -l ':save'
keys Enter
wait_for 'write-protected'
keys C-c
check_clean
tm capture-pane -J -p -t main | grep -q "config.yaml:7:19: key 'r' of 'sort' means 'reverse' in trials" ||
    fail "the conflict is not said"

# The start screen takes the same colours, and comes back with what was set.
chmod 600 "$scratch/dotfiles/quantop.yaml"
mkdir -p "$scratch/empty"
run_program empty --config dotfiles/quantop.yaml
wait_for '^quantop  .*/empty'
keys -l ':set glyphs ascii'
keys Enter
wait_for 'glyphs is set'
keys C-c
check_clean
run_program empty --config nowhere.yaml
wait_for 'option --config: nowhere.yaml: cannot open'
check_clean
