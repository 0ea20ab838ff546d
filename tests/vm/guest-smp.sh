# As root on two sockets of one CPU each, which share a clock: what is not
# looked at is idle, so counts have a floor and no exact value.
# shellcheck shell=sh
. ./guest.sh

cpu1="taskset -c 1 ./loop" # split on purpose below
MUCH=1000000               # more than the system does beside the loop

measure -a -e instructions:u -- $cpu1
within "-a counts all of it" "$(get instructions:u value)" \
	$LOOP $((LOOP + MUCH))
measure -a -A -e instructions:u -- $cpu1
is "-A has a row for each CPU" \
	"$(get instructions:u cpu | tr '\n' ' ')" "0 1 "
within "the CPU that worked has the work" \
	"$(get instructions:u value cpu=1)" $LOOP $((LOOP + MUCH))
within "the other has not" "$(get instructions:u value cpu=0)" 0 $MUCH
measure -a --per-socket -e instructions:u -- $cpu1
is "--per-socket has a row for each" \
	"$(get instructions:u socket | tr '\n' ' ')" "0 1 "
within "the work is on the second socket" \
	"$(get instructions:u value socket=1)" $LOOP $((LOOP + MUCH))
measure -a --per-core -e instructions:u -- $cpu1
is "--per-core has a row for each" \
	"$(get instructions:u core | wc -l)" 2
within "the work is on one of them" \
	"$(get instructions:u value | sort -n | tail -1)" \
	$LOOP $((LOOP + MUCH))
measure -C 1 -e instructions:u -- $cpu1
within "-C counts the CPUs it names" "$(get instructions:u value)" \
	$LOOP $((LOOP + MUCH))
measure -C 0 -e instructions:u -- $cpu1
within "and no others" "$(get instructions:u value)" 0 $MUCH
text -C 7 -e instructions:u -- true
is "a CPU that is not there is bad usage" $status 2
has "and named" "$text" 7

measure -e instructions:u -- $cpu1
within "a task is counted wherever it runs" "$(get instructions:u value)" \
	$LOOP $((LOOP + MUCH))
measure -a -A -I 5 -e instructions:u -- $cpu1
within "intervals of a CPU sum to its work" \
	"$(get instructions:u value cpu=1 | sum)" $LOOP $((LOOP + MUCH))

for format in -x, -j; do
	for rows in -A --per-socket --per-core; do
		same "$format $rows as perf" numberless $format -a $rows \
			-e instructions:u,task-clock -- $cpu1
	done
done

tap_done
