#!/bin/sh
# Where nothing can be counted, what needs no counter is told all the same, and
# for the rest the reason.
. "${srcdir:-.}/tests/cli/lib.sh"

forbid=$top/tests/cli/forbid
"$forbid" true 2>/dev/null || skip_all "this kernel has no seccomp filters"

# without ARGUMENTS...: tacho where nothing can be counted
without() {
	"$forbid" "$tacho" "$@" >"$tmp/out" 2>"$tmp/err"
	status=$?
	out=$(cat "$tmp/out")
	err=$(cat "$tmp/err")
}

without stat -n true
is "stat -n: 0" $status 0
has "stat -n" "$out$err" "time elapsed"
without stat true
is "stat: 1" $status 1
has "stat" "$err" "nothing of what was asked for can be counted"

without compare -r 6 --name a --name b --save "$tmp/x.rec" \
	'sleep 0.01' 'sleep 0.05'
is "compare: 0" "$status$err" 0
has "the time is compared" "$out" "b takes"
has "what is not counted is told" "$out" "task-clock, context-switches"
has "and why" "$out" "a seccomp filter refuses perf_event_open"
for format in text markdown html json csv; do
	run diff --format $format "$tmp/x.rec"
	is "it can be read again, as $format" "$status$err" 0
done
without compare -r 2 -e page-faults true true
is "events that were asked for: 1" $status 1
has "events that were asked for" "$err" "a seccomp filter refuses"

# root's events are known to be refused when they are opened, of others before
without compare -r 5 -o /dev/null --fail-if 'time > +20%' 'sleep 0.01' \
	'sleep 0.05'
is "limits of the time can be told: 3" $status 3
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chmod 777 "$tmp"
	setpriv --reuid 65534 --regid 65534 --clear-groups "$forbid" "$tacho" \
		compare -r 6 --name a --name b --save "$tmp/nobodys.rec" \
		'sleep 0.01' 'sleep 0.05' >"$tmp/out" 2>"$tmp/err"
	if [ $? = 126 ] || grep -q "ermission denied" "$tmp/err"; then
		skip "as nobody" "nobody may not run tacho here"
	else
		has "as nobody" "$(cat "$tmp/out")" "b takes"
		run diff --format csv "$tmp/nobodys.rec"
		is "a recording without events is one" "$status$err" 0
	fi
else
	skip "as nobody" "not root, or no setpriv"
fi

tap_done
