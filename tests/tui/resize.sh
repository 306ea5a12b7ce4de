#!/bin/bash
# After resizing, the picture is that of a fresh start in the new size.
. "$(dirname "$0")/tmux.bash"

picture_at() {
    open_terminal "$1" "$2"
    run_program view "$here/sample.jsonl"
    wait_for '^> .*fp32|needs'
    sleep 0.3
    picture >"$scratch/fresh.$1x$2"
    keys q
    wait_for 'ready> *$'
}

fresh_sizes="80x24 200x60 40x12 12x3 100x30"
for size in $fresh_sizes; do
    picture_at "${size%x*}" "${size#*x}"
done

open_terminal 80 24
run_program view "$here/sample.jsonl"
wait_for_selected fp32
for size in $fresh_sizes 80x24; do
    # A storm before the size that counts.
    for width in 30 150 77 10; do
        tm resize-window -t main -x $width -y $((width / 4 + 1))
    done
    tm resize-window -t main -x "${size%x*}" -y "${size#*x}"
    for attempt in $(seq 40); do
        picture >"$scratch/now"
        cmp -s "$scratch/fresh.$size" "$scratch/now" && break
        [ "$attempt" -lt 40 ] ||
            fail "resized to $size: $(diff "$scratch/fresh.$size" "$scratch/now")"
        sleep 0.1
    done
done
keys q
wait_for 'ready> *$'
