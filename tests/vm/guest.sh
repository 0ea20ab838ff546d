# Shared by the guest scripts, under busybox in the emulated machine: DIR/out
# and tap.sh are in the current directory, the events of ./loop are known.
# shellcheck shell=sh
. ./tap.sh

LOOP=20000007  # instructions of ./loop in user mode
LOOP2=40000007 # of ./loop2
MORE=20400007  # of ./loop-more, 2 % more
PART=20000000  # one piece of ./work
NOISE=300000   # what may come on top of it: a libc, a shell
report=/tmp/report.csv
started=/tmp/started

# measure ARGUMENTS: tacho stat as CSV, for get and metric; $status, $errors
measure() {
	rm -f "$report"
	errors=$(./tacho stat --format=csv -o "$report" "$@" 2>&1)
	status=$?
}

# text ARGUMENTS: tacho stat as people see it, in $text; $status
text() {
	text=$(./tacho stat "$@" 2>&1)
	status=$?
}

# field KIND NAME COLUMN [COLUMN=VALUE]: of the lines of $report
field() {
	awk -F, -v kind="$1" -v name="$2" -v want="$3" -v only="$4" '
	NR == 1 {
		for (i = 1; i <= NF; i++)
			at[$i] = i
		split(only, o, "=")
		next
	}
	$1 == kind && $at[kind] == name && (only == "" || $at[o[1]] == o[2]) {
		print $at[want]
	}' "$report"
}

# get EVENT COLUMN [COLUMN=VALUE]; metric NAME COLUMN
get() {
	field event "$1" "$2" "${3-}"
}
metric() {
	field metric "$1" "$2" ""
}

# sum of the numbers on standard input, one per line
sum() {
	total=0
	while read -r number; do
		total=$((total + number))
	done
	echo "$total"
}

# repeat N WORD: WORD,WORD,...
repeat() {
	list=$2
	n=1
	while [ $n -lt "$1" ]; do
		list=$list,$2
		n=$((n + 1))
	done
	echo "$list"
}

# shape: the lines of perf's CSV or JSON without what differs from run to run:
# the time stamp, and the running time, in CSV the field after the event's name
shape() {
	sed -e 's/\("event-runtime" :\) [0-9]*/\1 TIME/' | awk -F, -v OFS=, '{
		for (i = 1; i <= NF; i++)
			if ($i ~ /^[a-z][-a-z]*(:[a-zA-Z]+)?$/ && $(i + 1) ~ /^[0-9]+$/)
				$(i + 1) = "TIME"
		sub(/^ *[0-9]+\.[0-9]+/, "AT")
		print
	}'
}

# numberless: the same, and without any number
numberless() {
	shape | sed -e 's/[0-9][0-9.]*/N/g' -e 's/ *N/N/g'
}

# same NAME FILTER ARGUMENTS: tacho and perf print the same after FILTER
same() {
	name=$1
	filter=$2
	shift 2
	is "$name" "$(./tacho stat "$@" 2>&1 | $filter)" \
		"$(perf stat "$@" 2>&1 | $filter)"
}

# begin_work, then ask LETTERS, then end_work: ./work, with its pid in $work
begin_work() {
	mkfifo /tmp/ask /tmp/answer
	./work </tmp/ask >/tmp/answer &
	work=$!
	exec 3>/tmp/ask 4</tmp/answer
	rm /tmp/ask /tmp/answer
}
ask() {
	for letter; do
		echo "$letter" >&3
		read -r _ <&4
	done
}
end_work() {
	exec 3>&- 4<&-
	wait "$work"
}
# The same for a command of tacho's
ASK='for letter; do echo $letter >&3; read _ <&4; done'
