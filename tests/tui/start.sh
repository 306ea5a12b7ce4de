#!/bin/bash
# The start screen: what is in a folder, and the ways from there to runs and journals and back.
. "$(dirname "$0")/tmux.bash"

model=$here/../../data/narrow.tflite
[ -r "$model" ] || skip "there is no '$model'"
mkdir -p "$scratch/state/quantop" "$scratch/w/below"
cp "$model" "$scratch/w/below/other.tflite"
cp "$here/sample.jsonl" "$scratch/state/quantop/"
cp "$model" "$scratch/w/"
printf '\x89HDF\r\n\x1a\n\0\0\0\0' >"$scratch/w/net.h5"
head -c 3000 "$model" >"$scratch/w/short.tflite"

open_terminal 80 24
run_program w
wait_for '^quantop  .*/w +2 models, 1 run$'
wait_for '^> narrow.tflite +82.5 KiB  float32 1x28x28x1, 16 operators'
wait_for '^  short.tflite .*cannot be used'
keys j
wait_for '^ why not +w/short.tflite: '
keys j
wait_for '^> net.h5 .*a Keras HDF5 file'
wait_for 'tflite_convert --keras_model_file=w/net.h5'
keys Enter
wait_for '^quantop  convert it'
# A folder, and back.
keys Tab
wait_for '^> below +1 model$'
keys Enter
wait_for '^quantop  .*/w/below +1 model, 1 run$'
wait_for '^> other.tflite'
keys Tab
wait_for '^> \.\. +2 models'
keys Enter
wait_for '^quantop  .*/w +2 models, 1 run$'
keys G
wait_for '^> 2025-01-31 12:00 +4/5  complete'

# A journal, and back to where it was chosen.
keys G
wait_for '^> 2025-01-31 12:00 +4/5  complete'
keys Enter
wait_for '^quantop  sample run .* done$'
wait_for_selected fp32
keys 0
wait_for '^> 2025-01-31 12:00'

# The default run is one key away; it is not lost without being asked for.
keys D
wait_for '^quantop .*running$' 30
keys 0
wait_for 'Stop and go back'
keys y
wait_for '^quantop  .* 2 models, 2 runs$'
tm resize-window -t main -x 40 -y 12
wait_until_gone '2 runs$'
wait_for 'Help q Quit'
keys q
check_clean
[ "$(find "$scratch/state/quantop" -name '*.jsonl' | wc -l)" = 2 ] || fail "not two journals are left"

# The form of a model: what is typed becomes the command, a profile, and a run.
tm resize-window -t main -x 160 -y 40
run_program w/narrow.tflite
wait_for '^quantop  narrow.tflite +6 rows'
touch "$scratch/x.npy" "$scratch/y.npy"
keys Enter
wait_for '^samples:'
keys -l 'x.npy'
keys Enter
wait_for '^  labels +\[  \]  default y.npy, beside the samples'
keys Enter C-u
keys -l 'random:8'
keys Enter
wait_for '^ command +quantop run w/narrow.tflite --data random:8$'
keys j j j j j l Space
wait_for '\[x\] fp32  \[ \] dynamic  \[x\] int8'
keys l l Space l Space l Space
wait_for '^> modes +\[x\] fp32  \[ \] dynamic  \[x\] int8  \[ \] int8-io  \[ \] 16x8  \[ \] fp16'
wait_for 'narrow.tflite --data random:8 --modes fp32,int8$'
keys G Enter
keys -l x
keys Enter
wait_for '^quantop  narrow.tflite +would not run$'
wait_for "^ trouble +option --seconds: wrong value 'x'"
keys Enter C-u
keys -l 0.2
keys Enter
wait_for '^quantop  narrow.tflite +2 rows, (timing 0 s at most, the rest [0-9]+ s or more|0 s of timing at most)'
# It is tried out, in a process that ends with the screen at the latest.
keys D
wait_for '^ +estimate: about' 30
wait_for '^ +model narrow, int8 with builtin: '
keys q
wait_for '^quantop  narrow.tflite +2 rows'
keys W
wait_for '^write the profile to: narrow.yaml'
keys Enter
wait_for "the profile is in 'narrow.yaml'"
(cd "$scratch" && "$program" run narrow.yaml --set modes=fp32 --dry-run | grep -q '^model narrow, fp32 .* over 8 samples') ||
    fail "the profile does not run: $(cat "$scratch/narrow.yaml")"
grep -qx 'modes: \[fp32, int8\]' "$scratch/narrow.yaml" || fail "other modes: $(cat "$scratch/narrow.yaml")"
keys S
wait_for '^quantop .*(running|done)$' 30
wait_for ' int8 '
keys X y
wait_for '^quantop .*(stopped|done)$'
# What was entered is there again.
keys 0
wait_for '^> narrow.tflite'
keys Enter
wait_for 'quantop run w/narrow.tflite --data random:8 --modes fp32,int8 --seconds 0.2$'
keys Escape
wait_for '^> narrow.tflite'
keys q
check_clean

# From a folder with a model and images to a model that is written, by keys alone: a sample is looked
# at, fp32 is not guessing, a preset is taken, a mode gets an option.
mkdir "$scratch/pictures"
cp "$model" "$here/../../data/test-images.idx.gz" "$here/../../data/test-labels.idx.gz" "$scratch/pictures"
run_program pictures
wait_for '^> narrow.tflite +82.5 KiB  float32'
keys Enter
wait_for ' sample 0 \(1 of 10000\), label [0-9]$'
tm capture-pane -e -p -t main | grep -q '48;5;2[0-9]*m' || fail "the picture has no colours"
wait_for "^ fp32 +another preset fits: .* with preset '0-1'" 30
keys n
wait_for ' sample 1 \(2 of 10000\), label [0-9]$'
keys N N
wait_for ' sample 9999 \(10000 of 10000\)'
keys v
wait_until_gone '^> samples'
wait_for ' sample 9999 \(10000 of 10000\)'
keys v
wait_for '^> samples'
keys j j
wait_for '^> preset +< default >'
keys h h
wait_for '^> preset +< 0-1 >'
wait_for '^ fp32 +plausible: top-1 [789][0-9.]* %.* by chance 10 %, over 256 of 10000 samples' 30
keys j j j l Space l o
wait_for '^quantop  options of mode int8'
keys j j j j j l
wait_for '^> effort +< 0 >'
keys q
wait_for '^> modes +\[x\] fp32  \[ \] dynamic  \[x\] int8\*'
keys l Space l Space l Space
wait_for '^ command .*--modes'
keys G Enter
keys -l 0.2
keys Enter
wait_for '^quantop  narrow.tflite +2 rows, (timing 0 s at most, the rest [0-9]+ s or more|0 s of timing at most)'
keys D
wait_for '^ +estimate: about' 30
keys q
wait_for '^quantop  narrow.tflite +2 rows, about [0-9]+ s'
keys G k k k k k k Enter
keys -l '[0.0]'
keys Enter
wait_for "preprocess.mean=\[0.0\]'"
keys W C-u
keys -l options.yaml
keys Enter
wait_for "the profile is in 'options.yaml'"
grep -qx 'modes: \[fp32, "int8:effort=0"\]' "$scratch/options.yaml" || fail "other modes: $(cat "$scratch/options.yaml")"
grep -qx '  mean: \[0.0\]' "$scratch/options.yaml" || fail "another mean: $(cat "$scratch/options.yaml")"
(cd "$scratch" && "$program" run options.yaml --dry-run | grep -q '^model narrow, int8:effort=0 ') || fail "the profile does not run"
keys S
wait_for '^quantop .* done$' 60
keys j
wait_for_selected int8:effort=0
keys E
wait_for '^write the row.s model to: narrow-int8-effort-0.tflite'
keys Enter
wait_for "the model is in 'narrow-int8-effort-0.tflite'" 30
(cd "$scratch" && "$program" quantize pictures/narrow.tflite --mode int8:effort=0 --preset 0-1 \
    --calibration pictures/test-images.idx.gz -o again.tflite >/dev/null && cmp again.tflite narrow-int8-effort-0.tflite) ||
    fail "it is not the model that was measured"
keys E Enter
wait_for 'there is such a file already'
keys Escape
wait_until_gone '^write the row'
keys q
check_clean

# Without colours it is made of shades.
run_program --color never pictures/narrow.tflite
wait_for ' sample 0 \(1 of 10000\), label [0-9]$'
wait_for '(░|▒|▓|█){4}'
! picture | grep -q '▀' || fail "the picture has halves of cells, without their colours"
keys q q
check_clean

# Ended by a signal while a worker may be at it.
tm resize-window -t main -x 80 -y 24
run_program w
wait_for '^> narrow.tflite'
workers=$(descendants "$(pid)")
keys Enter D
wait_for 'trying it out'
workers="$workers $(descendants "$(pid)")"
kill -TERM "$(pid)"
check_clean
# shellcheck disable=SC2086
wait_until_ended "$(pid)" $workers
