#!/bin/bash
# Anomaly detection over recordings that a list cuts into windows: scores are of recordings, from the
# run itself as from its journal; what is not whole is said, and what does not fit is refused.
# make_models.c computes what is right.
. "$(dirname "$0")/lib.bash"
cd "$scratch" || fail "no scratch space"
"$BUILD/tests/cli/make_models" . || fail "no models"
mkdir sounds && mv sound*.bin sounds || fail "no recordings"
read -r of_recordings of_windows <auc.txt
brief=(--set measure.seconds=0.01 --set measure.min_rounds=1 --set measure.max_rounds=1)

# Runs modes $1 with the further arguments; the table is in rows.csv.
score() {
    expect 0 run --model autoencoder.tflite --data sounds --labels sounds.csv --modes "$1" "${brief[@]}" \
        --csv rows.csv "${@:2}"
}

field() { # row of mode $1: the column named $2, of the file $3
    awk -F, -v mode="$1" -v column="$2" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        $at["mode"] == mode { print $at[column]; exit }' "${3:-rows.csv}"
}

is() { # column $2 of mode $1 must be $3
    [ "$(field "$1" "$2")" = "$3" ] || fail "$2 of $1 is '$(field "$1" "$2")', expected '$3'"
}

near() { # column $2 of mode $1 must be $3, to four digits
    awk -v a="$(field "$1" "$2")" -v b="$3" 'BEGIN { d = a - b; exit !(a != "" && d * d < 1.1e-8) }' ||
        fail "$2 of $1 is '$(field "$1" "$2")', expected $3"
}

tells() {
    grep -q -e "$1" out || fail "no '$1' in: $(cat out)"
}

awk -v a="$of_recordings" -v b="$of_windows" 'BEGIN { exit !(a > b + 0.1 && a < 0.99) }' ||
    fail "the recordings make no difference: $of_recordings, $of_windows"
score fp32,int8 --journal run.jsonl
is fp32 metric anomaly
near fp32 accuracy "$of_recordings"
awk -v drop="$(field int8 drop)" 'BEGIN { exit !(drop != "" && drop * drop < 0.0025) }' ||
    fail "int8 loses '$(field int8 drop)'"
is fp32 scored_samples 1080
is fp32 recordings 90
tells '90 recordings of 1080 windows in all, each judged by the mean'
grep -q '"groups":' run.jsonl || fail "the journal has no groups"

# The interval is as wide as 90 recordings make it, not 1080 windows: the bound is that of J. A. Hanley,
# B. J. McNeil, 1982, for 30 anomalies among 90.
awk -v a="$(field fp32 accuracy)" -v low="$(field fp32 accuracy_low)" -v high="$(field fp32 accuracy_high)" '
    BEGIN {
        q1 = a / (2 - a); q2 = 2 * a * a / (1 + a)
        error = sqrt((a * (1 - a) + 29 * (q1 - a * a) + 59 * (q2 - a * a)) / (30 * 60))
        ratio = (high - low) / (2 * 1.96 * error)
        exit !(ratio > 0.6 && ratio < 1.6)
    }' || fail "the interval is $(field fp32 accuracy_low)..$(field fp32 accuracy_high)"

# The journal alone makes the same figures; without groups, as journals had it, windows count.
expect 0 view run.jsonl --csv again.csv
cmp rows.csv again.csv || fail "the CSV of the journal differs"
sed 's/, *"groups": *\[[^]]*\]//' run.jsonl >old.jsonl
expect 0 view old.jsonl --csv rows.csv
near fp32 accuracy "$of_windows"
is fp32 recordings ''

# A part of a recording, and a metric that takes windows one by one, are said.
score fp32 --first 6 --count 500
tells "'sound00.bin' is judged by 6 of its 12 windows"
tells "'sound42.bin' is judged by 2 of its 12 windows"
is fp32 recordings 43
score fp32 --set metric=sqnr
tells '90 recordings of 1080 windows in all, which are scored one by one'
score fp32 --set metric=sqnr --first 6 --count 500
tells "of recording 'sound00.bin', 6 of 12 windows are scored: data.first"
! grep -q 'judged' out || fail "windows that are scored one by one judge recordings: $(cat out)"
score fp32 --dry-run
tells 'anomaly over 1080 samples, windows of 90 recordings'

# Windows that the model does not take, or the file does not have.
sed 's/64, 32$/32, 32/' sounds.csv >short.csv
expect 4 run --model autoencoder.tflite --data sounds --labels short.csv --modes fp32 "${brief[@]}"
tells 'samples of unknown shape (8 elements) do not fit the input'
sed '3s/, 64, 32//' sounds.csv >mixed.csv
expect 4 run --model autoencoder.tflite --data sounds --labels mixed.csv --modes fp32 "${brief[@]}"
tells 'mixed.csv:3: 3 fields, but the lines before it have 5'
