#!/bin/sh
# The exit status says how the command ended, or why it did not run.
. "${srcdir:-.}/tests/cli/lib.sh"
need_counting

for n in 0 1 2 3 42 125 126 127 128 200 255; do
	run stat -e page-faults:u sh -c "exit $n"
	is "a command that ends with $n" $status $n
done
for s in HUP:1 INT:2 KILL:9 SEGV:11 PIPE:13 TERM:15; do
	if sh -c "kill -${s%:*} \$\$" 2>/dev/null; then
		skip "a command killed by SIG${s%:*}" "it is ignored here"
		continue
	fi
	run stat -e page-faults:u sh -c "kill -${s%:*} \$\$"
	is "a command killed by SIG${s%:*}" $status $((128 + ${s#*:}))
done
run stat -e page-faults:u sh -c 'exit 3'
has "a command that fails is reported all the same" "$err" page-faults

run stat -e page-faults:u "$tmp/there-is-none"
is "no such file: 127" $status 127
has "no such file is said" "$err" "cannot run '$tmp/there-is-none'"
hasnt "no such file: no report" "$err" "page-faults"
# a folder of PATH that we may not search would make it another error
PATH=/usr/bin:/bin run stat -e page-faults:u tacho-no-such-command
is "no such command in PATH: 127" $status 127
has "no such command in PATH is said" "$err" "command not found"
echo 'not a program' >"$tmp/plain"
run stat -e page-faults:u "$tmp/plain"
is "a file that may not be executed: 126" $status 126
has "a file that may not be executed is said" "$err" "Permission denied"
run stat -e page-faults:u "$tmp"
is "a directory: 126" $status 126
run stat -e page-faults:u "$tmp/plain/x"
is "below a file: 126" $status 126
run stat -e page-faults:u -r 3 "$tmp/there-is-none"
is "no such file with -r: 127" $status 127
is "with -r it is said once" "$(grep -c 'cannot run' "$tmp/err")" 1
printf 'exit 7\n' >"$tmp/script"
chmod +x "$tmp/script"
run stat -e page-faults:u "$tmp/script"
is "a script without #! runs as in a shell" $status 7

# 1: nothing to count.  mem accesses of an address space nobody has are refused
# everywhere: a PMU type that does not exist needs no knowledge of the machine
if [ -d /sys/bus/event_source/devices/cpu ] ||
	ls -d /sys/bus/event_source/devices/armv8* >/dev/null 2>&1; then
	skip "nothing countable" "this machine has a core PMU"
else
	run stat -e cycles,instructions touch "$tmp/ran1"
	is "nothing countable: 1" $status 1
	check "nothing countable: the command was not started" \
		test ! -e "$tmp/ran1"
	has "nothing countable is said" "$err" "the command was not started"
	has "nothing countable names the way out" "$err" "tacho doctor"
	for f in json csv markdown; do
		run stat --format $f -e cycles touch "$tmp/ran1"
		is "nothing countable as $f: 1" $status 1
	done
	check "nothing countable in any format: not started" \
		test ! -e "$tmp/ran1"
	run stat -r 3 --warmup 2 -e cycles touch "$tmp/ran1"
	is "nothing countable with -r: 1" $status 1
	check "nothing countable with -r: not started" test ! -e "$tmp/ran1"
	is "nothing countable with -r is said once" \
		"$(grep -c 'not started' "$tmp/err")" 1
	run stat -I 10 -e cycles touch "$tmp/ran1"
	is "nothing countable with -I: 1" $status 1
	run stat -e cycles -p $$
	is "nothing countable with -p: 1" $status 1
	mkdir "$tmp/own"
	printf '[metric m]\nformula = "no.such.event" * 2\n' \
		>"$tmp/own/m.metrics"
	run stat --events "$tmp/own" -M m touch "$tmp/ran1"
	has "nothing countable: an event that does not exist is named" "$err" \
		"no.such.event: 'no.such.event': no such event"
	hasnt "and nothing else is blamed" "$err" "no hardware counters"
	run stat --format csv true
	is "nothing countable: CSV has a row of each default event" \
		"$(printf '%s\n' "$err" |
			sed -n 's/^event,,,,,,,,,,,\([^,]*\),,,,,,,,unsupported,[^,].*/\1/p' |
			tr '\n' ' ')" \
		"cycles instructions branches branch-misses cache-references cache-misses "
	run stat --plan -e cycles,instructions -M ipc true
	has "--plan says that nothing countable cannot count" "$out" "cannot  cycles"
	hasnt "--plan does not speak of its groups, then" "$out" "different times"
	run stat -e cycles,page-faults:u touch "$tmp/ran2"
	is "partly countable goes on" $status 0
	check "partly countable: the command ran" test -e "$tmp/ran2"
	has "partly countable says what is missing" "$err" "<not supported>"
	has "partly countable says why" "$err" "why: cycles"
	run stat -e cycles,page-faults:u sh -c 'exit 9'
	is "partly countable keeps the command's status" $status 9
fi

run stat
is "nothing to do: 2" $status 2
run stat -e nonsense touch "$tmp/ran3"
is "a bad event: 2" $status 2
run stat -e 'page-faults,cs,faults,migrations,nonsense,minor-faults,major-faults,task-clock,cpu-clock,dummy' \
	touch "$tmp/ran3"
is "one bad event in ten: 2" $status 2
has "one bad event in ten is named" "$err" "'nonsense'"
has "one bad event in ten is counted" "$err" "1 of 10 event names is wrong"
check "a bad event: nothing ran" test ! -e "$tmp/ran3"
run stat -M ipcc,ipc,nonsense touch "$tmp/ran3"
is "bad metrics: 2" $status 2
has "bad metrics: the first one" "$err" "'ipcc' is neither a metric nor a set"
has "bad metrics: the other, too" "$err" "'nonsense' is neither"
has "bad metrics are counted" "$err" "2 of 3 names of -M are wrong"
run stat --no-such-option touch "$tmp/ran3"
is "a bad option: 2" $status 2
check "a bad option: nothing ran" test ! -e "$tmp/ran3"
run stat -p 4194304 -e page-faults:u
is "a process that cannot exist: 2" $status 2
run stat -o "$tmp/no/such/dir" -e page-faults:u touch "$tmp/ran3"
is "a report that cannot be written: 1" $status 1
check "a report that cannot be written: nothing ran" test ! -e "$tmp/ran3"
run
is "no command of tacho: 2" $status 2
run frobnicate
is "an unknown command of tacho: 2" $status 2
run --version
is "--version: 0" $status 0
run --help
is "--help: 0" $status 0
run stat --help
is "stat --help: 0" $status 0

# one line for each reason: the default events are refused for the same one
name="a reason for several events is told once"
level=$(cat /proc/sys/kernel/perf_event_paranoid 2>/dev/null || echo -1)
if [ "$(id -u)" != 0 ] || [ "$level" -lt 1 ]; then
	skip "$name" "needs root, to become a user who may not count CPUs"
elif ! setpriv --reuid=65534 --regid=65534 --clear-groups \
	"$tacho" --version >/dev/null 2>&1; then
	skip "$name" "nobody cannot run $tacho"
else
	setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$tacho" stat -a -- true 2>"$tmp/err" >/dev/null
	is "$name" "$(grep -c ': kernel.perf_event_paranoid' "$tmp/err")" 1
	has "and names all of them" "$(cat "$tmp/err")" \
		"page-faults, context-switches, cpu-migrations: kernel."
fi

# what follows the first operand is the command's
run stat -e page-faults:u sh -c 'echo "$@"' sh -e -o x --help
is "options of the command stay its own" "$out" "-e -o x --help"
run stat -e page-faults:u -- sh -c 'exit 4'
is "-- before the command" $status 4
tap_done
