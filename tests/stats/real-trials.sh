#!/bin/sh
# tacho compare over many trials on real runs of this machine: how often it calls
# a program different from itself, in any of its numbers, and how often it finds
# 2 % more work.  Minutes of it; not a part of make check.
#
#	real-trials.sh [TRIALS_OF_THE_SAME [TRIALS_OF_A_CHANGE]]
. "${srcdir:-.}/tests/cli/lib.sh"

same_trials=${1:-200}
change_trials=${2:-10}

# some 10 ms here, of which 2 % are what is to be found
iterations=1000000
more=1020000

need_counting

# marks ARGUMENTS...: the marks of all numbers, one per line
marks() {
	"$tacho" "$@" 2>"$tmp/err" | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$(at["mark"]) != "" {
			print $(at["quantity"]) ": " $(at["mark"])
		}'
}

loop() {
	echo "'$tacho' loop add-chain --iterations $1"
}

# ---- the same against itself

alarms=0
told=0
trial=1
while [ $trial -le "$same_trials" ]; do
	marks compare --format csv --seed $trial -r 20 \
		"$(loop $iterations)" "$(loop $iterations)" >"$tmp/marks"
	grep -q "time: " "$tmp/marks" && told=$((told + 1))
	if grep -e better -e worse -e different "$tmp/marks" >"$tmp/false"; then
		alarms=$((alarms + 1))
		sed "s/^/# trial $trial: /" "$tmp/false"
	fi
	trial=$((trial + 1))
done
is "every trial is judged" $told "$same_trials"
echo "# the same against itself, 20 runs of each: different in $alarms of" \
	"$same_trials trials"
# 1 in 20, and three deviations of chance above that
check "no more than 5 % false alarms" awk -v n="$same_trials" -v k=$alarms \
	'BEGIN { exit !(k <= 0.05 * n + 3 * sqrt(0.05 * 0.95 * n)) }'

# ---- 2 % more work

# finds NUMBER: does the last comparison?  Elapsed time has in it what else the
# machine does, processor time has not.
finds() {
	grep -q "^$1: worse" "$tmp/marks" && echo 1 || echo 0
}

time=0
processor=0
calm=0
wrong=0
trial=1
while [ $trial -le "$change_trials" ]; do
	marks compare --format csv --seed $trial --save "$tmp/x.rec" \
		"$(loop $iterations)" "$(loop $more)" >"$tmp/marks"
	time=$((time + $(finds time)))
	processor=$((processor + $(finds task-clock)))
	grep -q -e "^time: better" -e "^task-clock: better" "$tmp/marks" &&
		wrong=$((wrong + 1))
	marks diff --format csv --drop-disturbed "$tmp/x.rec" >"$tmp/marks"
	calm=$((calm + $(finds time)))
	trial=$((trial + 1))
done
echo "# 2 % more work, default settings, $change_trials trials: found in" \
	"elapsed time $time, in processor time $processor; in elapsed time" \
	"with --drop-disturbed $calm"
# 9 in 10, and three deviations of chance below that
check "2 % more work is found" awk -v n="$change_trials" -v k=$processor \
	'BEGIN { exit !(k >= 0.9 * n - 3 * sqrt(0.9 * 0.1 * n)) }'
is "more work is never better" $wrong 0

tap_done
