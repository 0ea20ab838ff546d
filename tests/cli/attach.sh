#!/bin/sh
# -p and -t: processes that run already.
. "${srcdir:-.}/tests/cli/lib.sh"
need_counting

mkfifo "$tmp/to" "$tmp/from" "$tmp/ctl" "$tmp/ack"
exec 7<>"$tmp/to" 8<>"$tmp/from" 5<>"$tmp/ctl" 6<>"$tmp/ack"

victim_starts() {
	"$victim" serve <"$tmp/to" >"$tmp/from" 5>&- 6>&- 7>&- 8>&- &
	served=$!
	started $served
	read -r word <&8
}
victim_do() {
	echo "$*" >&7
	read -r word <&8
}
# attach OPTIONS: returns when it counts
attach() {
	"$tacho" stat --control "fifo:$tmp/ctl,$tmp/ack" -o "$tmp/report" \
		-e page-faults:u "$@" 2>"$tmp/err" 5>&- 6>&- 7>&- 8>&- &
	pid=$!
	started $pid
	say ping
}
say() {
	echo "$1" >&5
	read -r answer <&6
}

victim_starts
attach -x, -p $served
victim_do old 1000
victim_do new 2000
victim_do fork 4000
say stop
wait $pid
is "-p: status" $? 0
within "-p: threads that exist, later ones and children" \
	"$(csv_count "$tmp/report" page-faults:u)" 7000 8500
attach -x, -p $served -i
victim_do old 1000
victim_do fork 4000
say stop
wait $pid
within "-p -i: no children" \
	"$(csv_count "$tmp/report" page-faults:u)" 1000 3900

tid=
for t in /proc/$served/task/*; do
	[ "${t##*/}" = $served ] || tid=${t##*/}
done
attach -x, -t "$tid"
victim_do old 1000
victim_do new 4000
say stop
wait $pid
within "-t: one thread alone" \
	"$(csv_count "$tmp/report" page-faults:u)" 1000 1100
attach --per-thread -x, -p $served
victim_do old 1000
victim_do new 4000
say stop
wait $pid
is "--per-thread: a row for each thread" \
	"$(grep -c page-faults:u "$tmp/report")" 2
within "--per-thread: the old thread has its own" \
	"$(sed -n "s/^victim-$tid,\([0-9]*\),.*/\1/p" "$tmp/report")" 1000 1100
attach --per-thread --format json -t $served,"$tid"
victim_do old 100
say stop
wait $pid
valid_json "--per-thread as JSON" "$tmp/report"
has "--per-thread as JSON names the threads" "$(cat "$tmp/report")" "$tid"
attach -x, -p $$ -p $served
victim_do old 1000
say stop
wait $pid
within "-p twice counts both" \
	"$(csv_count "$tmp/report" page-faults:u)" 1000 100000

# the process ends
attach -p $served
victim_do old 1000
echo quit >&7
wait $pid
is "a process that ends ends it: 0" $? 0
has "a process that ends is reported" "$(cat "$tmp/report")" page-faults:u
wait $served
run stat -p $served -e page-faults:u
is "a process that has gone: 2" $status 2
has "a process that has gone is named" "$err" "there is no process $served"
run stat -p 0 -e page-faults:u
is "-p 0: 2" $status 2
run stat -p 12x -e page-faults:u
is "-p 12x: 2" $status 2
has "-p 12x is named" "$err" "'12x' is not a process id"
run stat -t 4194304 -e page-faults:u
is "-t of none: 2" $status 2
run stat -p '' -e page-faults:u
is "-p of nothing: 2" $status 2
run stat -p , -e page-faults:u
is "-p ,: 2" $status 2
run stat --per-thread -e page-faults:u true
is "--per-thread with a command: 2" $status 2

# with a command: it says how long
sleep 100 &
sleeper=$!
started $sleeper
until_true asleep $sleeper
run stat -p $sleeper -e page-faults:u,context-switches:u -x, sh -c 'exit 3'
is "-p with a command: status of the command" $status 3
counted=$(csv_count "$tmp/err" page-faults:u)
within "-p with a command counts the process alone" "${counted:-0}" 0 0
check "-p leaves the process alone" kill -0 $sleeper
run stat -p $sleeper -e page-faults:u --timeout 50
is "-p with --timeout: 0" $status 0
check "--timeout leaves the process alone" kill -0 $sleeper
if [ "$(id -u)" != 0 ]; then
	run stat -p 1 -e page-faults:u
	is "a process of somebody else: 1" $status 1
else
	skip "a process of somebody else" "root may look at all"
fi
tap_done
