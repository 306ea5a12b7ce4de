#!/bin/bash
# The keys of the table, in a journal: selection, details, sorting, help.
. "$(dirname "$0")/tmux.bash"

open_terminal 80 24
run_program view "$here/sample.jsonl"
wait_for_selected fp32


# The cursor stands on the selected row, for those who follow it.
cursor_is_at() {
    local line
    line=$(picture | grep -nE '^>' | cut -d: -f1)
    [ "$(tm display-message -p -t main '#{cursor_y}')" = "$((line - 1))" ] ||
        fail "the cursor is not on the selected row, line $line"
}
cursor_is_at

keys j
wait_for_selected dynamic
cursor_is_at
keys G
wait_for_selected 16x8
wait_for '^ failed '
keys g
wait_for_selected fp32
keys C-d
wait_for_selected int8
keys Home
wait_for_selected fp32

# Sorting keeps the selection with its row.
keys '<' '>'
keys s
wait_for 'Sort by'
keys G k Enter
wait_until_gone 'Sort by'
keys r
wait_for_selected fp32
keys F6
wait_for 'Sort by'
keys Escape
wait_until_gone 'Sort by'

# Details are hidden and shown again, and scroll when the keys go to them.
keys Enter
wait_until_gone '^── sample|^-- sample'
keys Enter
wait_for 'sample, fp32'
keys Tab G
wait_for 'kernels'
keys Escape
wait_for 'q Quit'

# So are the reasons, which say what an older journal lacks.
wait_for '^ -  its steps were not watched'
keys w
wait_until_gone 'why: sample'
keys w
wait_for 'why: sample, fp32 on 1'

keys '?'
wait_for 'help ─'
wait_for 'F1, \?'
keys Space Space G
wait_for 'output.journal'
# What marks, colours and words mean is found.
keys -l '/needs attention'
keys Enter
wait_for '^ text like this +needs attention'
keys -l '/holds values'
keys Enter
wait_for '^ cannot tell +the interval of the speedup'
keys q
wait_for_selected fp32
keys F1
wait_for 'help ─'
keys F1
wait_for_selected fp32

# What cannot be done is said.
keys S
wait_for 'this is a journal'

# A sequence that means nothing, and Alt with a key, do nothing.
keys -l $'\033[99;5~'
keys -l $'\033q'
keys C-l
wait_for_selected fp32

# Two rows are tagged, and compared.
keys Space
wait_for '^ [ !*@]\+.*fp32'
keys Space c
wait_for '\[3\]Compare'
wait_for '^mode +fp32 +16x8'
# A row that failed has no model to show, which is said.
keys i
wait_for '\[i\]Model'
wait_for 'No file was made for this row: quantize: '
keys 1
wait_for '\[1\]Trials'

# A row over its rounds.
keys 4 r
wait_for ' by round$'
keys 1
wait_for '\[1\]Trials'

# Commands are completed, and brought back.
keys -l ':set sch'
keys Tab
wait_for '^:set scheme$'
keys Tab
wait_for '^ default light contrast safe mono$'
keys Enter
wait_for 'and takes default, light'
keys :
keys Up
wait_for '^:set scheme$'
keys C-u Enter
wait_for '\[1\]Trials'

# The terminal's clipboard gets the details.
tm set-option -g set-clipboard on >/dev/null
keys y
wait_for 'clipboard'
for i in 1 2 3 4 5 6 7 8 9 10; do
    tm show-buffer 2>/dev/null | grep -q 'SVDF' && break
    [ $i -lt 10 ] || fail "nothing was copied"
    sleep 0.2
done

# A page becomes a file.
keys e
wait_for 'write this page to: quantop-trials.txt'
keys Enter
wait_for 'the page is in'
grep -q 'fp32' "$scratch/quantop-trials.txt" || fail "the page is not in its file"

# The other run that there is not, and rows for those in the last row.
keys 7
wait_for 'held against no other one'
keys 9
wait_for '1 of 5 shown'
keys Space
wait_for '2 of 5 shown'
wait_for 'speedup x: 1.3'

# Alt with a digit is a function key.
keys -l $'\0330'
check_clean
