#!/bin/sh
# What the kernel knows of a run without counters.
. "${srcdir:-.}/tests/cli/lib.sh"
need_counting

# of_run KEY: the number in the first run of $tmp/json, nothing without one
of_run() {
	sed -n '/^"runs"/,/^]/s/.*"'"$1"'": \([0-9.e-]*\).*/\1/p' \
		"$tmp/json" | head -n 1
}

# measure COMMAND...
measure() {
	"$tacho" stat --format json -o "$tmp/json" -e task-clock "$@" \
		>"$tmp/out" 2>"$tmp/err"
}

# at_least NAME NUMBER LEAST, with fractions
at_least() {
	if awk -v n="$2" -v least="$3" 'BEGIN { exit !(n != "" && n >= least) }'
	then
		pass "$1"
	else
		fail "$1" "'$2' is not $3 or more
$(cat "$tmp/json")"
	fi
}

measure sh -c 'i=0; while [ $i -lt 20 ]; do sleep 0.001; i=$((i + 1)); done'
at_least "one who sleeps often leaves the CPU often" \
	"$(of_run voluntary_switches)" 20

measure "$victim" touch 1
few=$(of_run minor_faults)
measure "$victim" touch 3000
within "page faults are told" $(($(of_run minor_faults) - few)) 2900 3100

dd if=/dev/zero of="$tmp/file" bs=64k count=16 conv=fsync 2>/dev/null
measure dd if=/dev/zero of="$tmp/file" bs=64k count=16 conv=fsync
case $(stat -f -c %T "$tmp") in
ext2/ext3 | xfs | btrfs)
	at_least "what is written to a disk is told in blocks" \
		"$(of_run blocks_out)" 2048
	;;
*)
	skip "what is written to a disk is told in blocks" \
		"$tmp is not on a disk's file system"
	;;
esac

loop='i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done'
cpu=$(taskset -pc $$ 2>/dev/null | sed 's/.*: *\([0-9]*\).*/\1/')
if [ -z "$cpu" ]; then
	skip "who shares a CPU is interrupted" "no taskset"
	skip "who shares a CPU waits for it" "no taskset"
else
	taskset -c "$cpu" sh -c 'while :; do :; done' &
	started $!
	rival=$!
	taskset -c "$cpu" "$tacho" stat --format json -o "$tmp/json" \
		-e task-clock sh -c "$loop" >"$tmp/out" 2>"$tmp/err"
	kill $rival
	at_least "who shares a CPU is interrupted" \
		"$(of_run involuntary_switches)" 2
	if [ "$(cut -d ' ' -f 1 /proc/self/schedstat 2>/dev/null || echo 0)" \
		= 0 ]; then
		skip "who shares a CPU waits for it" \
			"this kernel keeps no account of waiting"
	else
		at_least "who shares a CPU waits for it" \
			"$(of_run main_wait_s)" 0.01
		at_least "the processor time beside it is the main thread's" \
			"$(of_run main_cpu_s)" 0.01
	fi
fi

measure -p $$ --timeout 10
is "without a command there is nothing of it" \
	"$(of_run voluntary_switches)" ""
tap_done
