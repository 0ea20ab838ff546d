#!/bin/sh
# What tacho top sees of tasks that come and go, against what tacho stat counts
# of all of them.
. "${srcdir:-.}/tests/cli/lib.sh"

have_python || skip_all "no python3"
# a name of its own, by which it is found among all that runs here
churn=$tmp/churn$$
cp tests/cli/churn "$churn"

# sum FILE: milliseconds of all its rows in all ticks
sum() {
	python3 -c '
import json, sys
total = 0.0
for line in open(sys.argv[1]):
    tick = json.loads(line)
    for row in tick["rows"]:
        if row["comm"] == sys.argv[2] and row["columns"]["task_clock"]:
            total += row["columns"]["task_clock"] * tick["length_s"]
print("%.3f" % total)' "$1" "${churn##*/}"
}

# compared NAME COLLECTOR SECONDS LEAST MOST OPTION...: one run of churn, seen by
# both
compared() {
	name=$1 collector=$2 seconds=$3 least=$4 most=$5
	shift 5
	rm -f "$tmp/ticks"
	"$tacho" top -b -d 0.1 --format json --columns pid,task_clock \
		--collector "$collector" "$@" >"$tmp/ticks" 2>"$tmp/top.err" &
	top=$!
	n=0
	while [ ! -s "$tmp/ticks" ] && [ $n -lt 100 ]; do
		sleep 0.1
		n=$((n + 1))
	done
	"$tacho" stat -e task-clock --format json -o "$tmp/stat" -- \
		"$churn" 12 "$seconds"
	status=$?
	sleep 0.3
	kill -INT $top
	wait $top
	is "$name: churn ends well" $status 0
	counted=$(python3 -c '
import json, sys
print("%.3f" % json.load(open(sys.argv[1]))["events"][0]["value"])' "$tmp/stat")
	seen=$(sum "$tmp/ticks")
	check "$name: $seen of $counted ms are seen" awk -v s="$seen" \
		-v c="$counted" -v least="$least" -v most="$most" \
		'BEGIN { exit !(s >= least * c && s <= most * c) }'
}

# what lives for some ticks is counted from the first on which it is seen
compared "processes, by task" tasks 0.5 0.7 1.03
compared "threads, by task" tasks 0.5 0.6 1.03 -H
if "$tacho" top -b -n 1 -d 0.1 --collector bpf >"$tmp/out" 2>"$tmp/err"; then
	compared "processes, by CPU" bpf 0.5 0.97 1.03
	# much shorter than a tick; the kernel's counter of stat lacks some
	# 10 us for each switch, of which there are many here
	compared "short processes, by CPU" bpf 0.03 0.97 1.08
	compared "threads, by CPU" bpf 0.5 0.97 1.03 -H
else
	for name in "processes" "short processes" "threads"; do
		skip "$name, by CPU" "$(sed -n '1s/^tacho: //p' "$tmp/err")"
	done
fi

tap_done
