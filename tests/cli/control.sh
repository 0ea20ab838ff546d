#!/bin/sh
# --control: commands from outside, by fifo and by descriptor.
. "${srcdir:-.}/tests/cli/lib.sh"
need_counting

# A tacho that waits on fifos and counts "victim serve", which waits on others.
# begin [OPTIONS]: ends with both ready; 5/6 to and from tacho, 7/8 the victim
begin() {
	rm -f "$tmp/ctl" "$tmp/ack" "$tmp/to" "$tmp/from" "$tmp/report"
	mkfifo "$tmp/ctl" "$tmp/ack" "$tmp/to" "$tmp/from"
	exec 5<>"$tmp/ctl" 6<>"$tmp/ack" 7<>"$tmp/to" 8<>"$tmp/from"
	"$tacho" stat --control "fifo:$tmp/ctl,$tmp/ack" -o "$tmp/report" \
		-e page-faults:u "$@" "$victim" serve <"$tmp/to" \
		>"$tmp/from" 2>"$tmp/err" 5>&- 6>&- 7>&- 8>&- &
	pid=$!
	started $pid
	read -r word <&8
}

# say COMMAND: to tacho, and wait for the answer
say() {
	echo "$1" >&5
	read -r answer <&6
}

# touch KIND N: by the victim, and wait until it is done
victim_do() {
	echo "$*" >&7
	read -r word <&8
}

end() {
	echo quit >&7
	wait $pid
	status=$?
	exec 5>&- 6>&- 7>&- 8>&-
}

begin -D -1 -x,
say ping
is "ping is answered" "$answer" ack
victim_do old 5000
say enable
is "enable is answered" "$answer" ack
victim_do old 1000
say disable
is "disable is answered" "$answer" ack
victim_do old 5000
say enable
victim_do new 1000
victim_do fork 1000
say disable
victim_do fork 5000
end
is "a controlled command: its status" $status 0
within "only what was enabled counts" \
	"$(csv_count "$tmp/report" page-faults:u)" 3000 4500

begin -x,
victim_do old 1000
say stop
is "stop is answered" "$answer" ack
wait $pid
is "stop ends with 0" $? 0
within "stop reports" "$(csv_count "$tmp/report" page-faults:u)" 1000 4500
exec 5>&- 6>&- 7>&- 8>&-

begin --format json
echo nonsense >&5
say ping
is "after an unknown command" "$answer" ack
has "an unknown command is said" "$(cat "$tmp/err")" \
	"unknown command 'nonsense'"
printf 'pi' >&5
printf 'ng\nping\npi' >&5
read -r one <&6
read -r two <&6
is "commands in pieces and together" "$one $two" "ack ack"
say ng
is "the rest of a command" "$answer" ack
say evlist
is "evlist is answered" "$answer" ack
head -c 5000 /dev/zero | tr '\0' x >&5
echo >&5
say ping
is "after a line that is too long" "$answer" ack
end
valid_json "evlist does not go into the JSON" "$tmp/report"
has "evlist goes to standard error" "$(cat "$tmp/err")" page-faults:u
check "fifos that were there stay" test -p "$tmp/ctl" -a -p "$tmp/ack"

rm -f "$tmp/ctl" "$tmp/ack"
run stat --control "fifo:$tmp/ctl,$tmp/ack" -e page-faults:u \
	sh -c '[ -p "$1" ] && [ -p "$2" ]' sh "$tmp/ctl" "$tmp/ack"
is "fifos that are missing are made" $status 0
check "fifos that were made are removed" \
	test ! -e "$tmp/ctl" -a ! -e "$tmp/ack"

# descriptors
mkfifo "$tmp/ctl" "$tmp/ack"
exec 5<>"$tmp/ctl" 6<>"$tmp/ack"
"$tacho" stat --control fd:5,6 -e page-faults:u -x, -o "$tmp/report" \
	sleep 100 2>"$tmp/err" &
pid=$!
started $pid
say ping
is "ping by descriptor" "$answer" ack
say stop
wait $pid
is "stop by descriptor" $? 0
exec 5>&- 6>&-
(
	exec 5<"$srcdir/tests/cli/lib.sh"
	"$tacho" stat --control fd:5 -e page-faults:u true 2>/dev/null
	echo $?
) >"$tmp/status"
is "commands that end, and are none" "$(cat "$tmp/status")" 0
"$tacho" stat --control fd:5,6 -e page-faults:u -x, -o "$tmp/report" \
	"$victim" touch 10 5</dev/null 6>/dev/null
is "no commands at all" $? 0
echo ping >"$tmp/ping"
{
	"$tacho" stat --control fd:5,6 -e page-faults:u -x, -o "$tmp/report" \
		sh -c 'exit 3' 5<"$tmp/ping" 6>&1
	echo $? >"$tmp/status"
} | :
until_true test -s "$tmp/status"
is "nobody takes the answer: the status stays" "$(cat "$tmp/status")" 3
has "nobody takes the answer: the report is written" \
	"$(cat "$tmp/report")" page-faults:u

usage_status() {
	rm -f "$tmp/ran"
	run stat --control "$2" -e page-faults:u touch "$tmp/ran"
	check "$1: refused" test $status -ne 0
	check "$1: not run" test ! -e "$tmp/ran"
	has "$1: said" "$err" "--control"
}
usage_status "neither fifo nor fd" "file:/x"
usage_status "a descriptor that is not open" "fd:99"
usage_status "no descriptor" "fd:x"
usage_status "an empty descriptor" "fd:"
: >"$tmp/file"
usage_status "a file that is no fifo" "fifo:$tmp/file"
usage_status "a fifo nowhere" "fifo:$tmp/no/such"
rm -f "$tmp/ctl"
usage_status "an answer nowhere" "fifo:$tmp/ctl,$tmp/no/such"
check "an answer nowhere: nothing is left" test ! -e "$tmp/ctl"
tap_done
