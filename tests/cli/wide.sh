#!/bin/sh
# -a, -C, -G and the rows for places.
. "${srcdir:-.}/tests/cli/lib.sh"
need_counting

run stat -C 4000 -e page-faults true
is "a CPU that is not there: 2" $status 2
has "a CPU that is not there is named" "$err" "CPU 4000 is not online"
for bad in x 1- -1 0,,1 3-1 0x; do
	run stat -C "$bad" -e page-faults true
	is "-C $bad: 2" $status 2
	has "-C $bad is said" "$err" "-C"
done
run stat -C '' -e page-faults true
is "-C of nothing: 2" $status 2
for o in -A --per-core --per-die --per-socket --per-node; do
	run stat $o -e page-faults true
	is "$o of a command: 2" $status 2
	has "$o of a command says what to do" "$err" "add -a"
done
run stat -a -A --per-core true
is "two kinds of rows: 2" $status 2
run stat -a -p 1 true
is "-a and -p: 2" $status 2

for bad in no-such-group-here a/b/c ../../..; do
	run stat -a -G "$bad" -e page-faults true
	check "-G $bad is refused" test $status -ne 0 -a $status -lt 126
	has "-G $bad is named" "$err" "$bad"
	run stat -G "$bad" -e page-faults touch "$tmp/ran"
	check "-G $bad without -a is refused" \
		test $status -ne 0 -a $status -lt 126
done
check "a cgroup that is not there: nothing ran" test ! -e "$tmp/ran"
run stat -G '' -e page-faults true
check "-G of nothing is refused" test $status -ne 0 -a $status -lt 126

if ! may_count_cpus; then
	skip "counting CPUs" "$no_cpus"
	tap_done
fi

cpus=$(getconf _NPROCESSORS_ONLN)
first=$(sed 's/[-,].*//' /sys/devices/system/cpu/online)

run stat -a -x, -e page-faults "$victim" touch 5000
is "-a with a command: its status" $status 0
within "-a counts at least the command" \
	"$(csv_count "$tmp/err" page-faults)" 5000 99999999
run stat -a -e page-faults sh -c 'exit 7'
is "-a keeps the command's status" $status 7
run stat -C "$first" -x, -e page-faults true
is "-C of one CPU" $status 0
if command -v taskset >/dev/null; then
	run stat -C "$first" -A -x, -e page-faults \
		taskset -c "$first" "$victim" touch 5000
	within "-C counts what runs there" \
		"$(sed -n "s/^CPU$first,\([0-9]*\),.*/\1/p" "$tmp/err")" \
		5000 99999999
else
	skip "-C counts what runs there" "no taskset"
fi

# rows FORMAT OPTION: the number of events in the report
run stat -a -A -x, -e page-faults,context-switches true
is "-A: a row for each CPU and event" "$(wc -l <"$tmp/err" | tr -d ' ')" \
	$((2 * cpus))
is "-A: each CPU once" \
	"$(grep page-faults "$tmp/err" | sed 's/,.*//' | sort -u | wc -l |
		tr -d ' ')" "$cpus"
places() {
	cat /sys/devices/system/cpu/cpu[0-9]*/topology/"$1" 2>/dev/null |
		sort -u | wc -l | tr -d ' '
}
run stat -a --per-socket -x, -e page-faults true
is "--per-socket: a row for each socket" \
	"$(wc -l <"$tmp/err" | tr -d ' ')" "$(places physical_package_id)"
is "--per-socket: the CPUs add up" \
	"$(awk -F, '{ n += $2 } END { print n }' "$tmp/err")" "$cpus"
for o in --per-core --per-die; do
	run stat -a $o -x, -e page-faults true
	is "$o: status" $status 0
	is "$o: the CPUs add up" \
		"$(awk -F, '{ n += $2 } END { print n }' "$tmp/err")" "$cpus"
done
run stat -a --per-core -x, -e page-faults true
is "--per-core: a row for each core" "$(wc -l <"$tmp/err" | tr -d ' ')" \
	"$(cat /sys/devices/system/cpu/cpu[0-9]*/topology/thread_siblings_list |
		sort -u | wc -l | tr -d ' ')"
run stat -a --per-node -x, -e page-faults true
is "--per-node: status" $status 0
run stat -a --per-thread -x, -e page-faults sleep 0.01
is "-a --per-thread: status" $status 0
check "-a --per-thread: many rows" has_lines "$tmp/err" 3

# the rows are parts of one whole
cat >"$tmp/parts.py" <<'END'
import json, sys
doc = json.load(open(sys.argv[1]))
sums = {}
for e in doc["events"]:
    sums[e["name"]] = sums.get(e["name"], 0) + e["raw"]
assert sums["page-faults"] >= 5000, sums
END
for o in -A --per-core --per-die --per-socket --per-node; do
	run stat -a $o --format json -e page-faults,context-switches \
		"$victim" touch 5000
	is "$o as JSON: status" $status 0
	if have_python; then
		check "$o: the rows hold everything" \
			python3 "$tmp/parts.py" "$tmp/err"
	else
		skip "$o: the rows hold everything" "no python3"
	fi
done
run stat -a -A -I 20 --interval-count 2 -x, -e page-faults sleep 10
is "-a -A -I: rows in each interval" "$(wc -l <"$tmp/err" | tr -d ' ')" \
	$((2 * cpus))

# cgroups
v1=$(sed -n 's/^[^ ]* \([^ ]*\) cgroup .*perf_event.*/\1/p' /proc/mounts |
	head -n 1)
v2=$(sed -n 's/^[^ ]* \([^ ]*\) cgroup2 .*/\1/p' /proc/mounts | head -n 1)
mount=${v1:-$v2}
group=tacho-test-$$
if [ -z "$mount" ]; then
	skip "-G" "no hierarchy of cgroups is mounted"
elif ! mkdir "$mount/$group" 2>/dev/null; then
	skip "-G" "no cgroup can be made in $mount"
else
	run stat -a -G $group,/ -x, -e page-faults \
		sh -c 'echo $$ >"$1/cgroup.procs" && exec "$2" touch 5000' \
		sh "$mount/$group" "$victim"
	inside=$(sed -n "s/^\([0-9]*\),,page-faults,$group,.*/\1/p" "$tmp/err")
	if ! grep -q "page-faults,$group," "$tmp/err"; then
		fail "-G: a row for the group" "$err"
	elif [ $status -ne 0 ]; then
		fail "-G: status" "$status: $err"
	else
		within "-G: what ran in the group" "$inside" 5000 6000
		is "-G: a row for each group" \
			"$(wc -l <"$tmp/err" | tr -d ' ')" 2
	fi
	run stat -a -G /$group -e page-faults --format json true
	is "-G with a leading slash" $status 0
	valid_json "-G as JSON" "$tmp/err"
	run stat -G $group -e page-faults -x, true
	is "-G without -a" $status 0
	n=0
	until rmdir "$mount/$group" 2>/dev/null || [ $n -ge 100 ]; do
		n=$((n + 1))
		sleep 0.05
	done
fi
tap_done
