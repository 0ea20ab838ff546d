# As root on one CPU whose cycles are instructions: every count is known.
# shellcheck shell=sh
. ./guest.sh

# ---- counts of a command

measure -e instructions:u,cycles:u ./loop
is "a loop has its number of instructions" "$(get instructions:u value)" $LOOP
is "a loop has its number of cycles" "$(get cycles:u value)" $LOOP
is "its state is ok" "$(get instructions:u state)" ok
is "raw is the value" "$(get instructions:u raw)" $LOOP
is "instructions per cycle are 1" "$(metric ipc value)" 1
is "the status is the command's" "$status" 0
measure -e instructions:u,cycles:u ./loop2
is "twice the loop has twice the instructions" \
	"$(get instructions:u value)" $LOOP2
same "counts are perf's to the instruction" shape \
	-x, -e instructions:u,cycles:u ./loop

measure -e '{instructions,instructions:u,instructions:k}' ./loop
is "user and kernel mode are the whole" \
	"$(($(get instructions:u value) + $(get instructions:k value)))" \
	"$(get instructions value)"

measure -e instructions:u -- sh -c './loop; ./loop; :'
within "children are counted" "$(get instructions:u value)" \
	$((2 * LOOP)) $((2 * LOOP + NOISE))
measure -i -e instructions:u -- sh -c './loop; ./loop; :'
within "with -i they are not" "$(get instructions:u value)" 1 $NOISE

# ---- the default output

text ./loop
has "the default has IPC with two decimals" "$text" "1.00 insn per cycle"
has "the default has the clock rate" "$text" "GHz"
has "the default has CPUs utilized" "$text" "CPUs utilized"
has "the default says what was left out" "$text" "branches, branch-misses"
rows=$(printf '%s\n' "$text" | grep -E '^ *[0-9<][^ ]* +[a-z]')
hasnt "an event that this CPU lacks has no row" "$rows" branch
hasnt "a counter that never moves is no 0" \
	"$(printf '%s\n' "$rows" | grep stalled)" " 0 "

# ---- more events than counters

measure -e "$(repeat 12 r8)" ./loop
is "twelve events are all there" "$(get r8 value | wc -l)" 12
is "twelve events share six counters: scaled" "$(get r8 state | sort -u)" scaled
worst=0
for value in $(get r8 value); do
	value=${value%.*}
	off=$((value > LOOP ? value - LOOP : LOOP - value))
	[ $off -le $worst ] || worst=$off
done
within "estimates are within 10 %" $worst 0 $((LOOP / 10))
has "so short a run is called that" "$(get r8 doubts)" short
for share in $(get r8 running_pct); do
	within "a scaled event ran part of the time" "${share%.*}" 10 90
	break
done

# long enough for some dozen slices; in one process, because each new one
# begins with the turn of the same group
printf llllllllllllllllllllllllllllll |
	./tacho stat --format=csv -o $report -e "$(repeat 12 r8:u)" ./work \
		>/dev/null
is "every estimate has a bound" "$(get r8:u error | grep -c '[0-9]')" 12
is "that holds" \
	"$(get r8:u value >/tmp/values
	get r8:u error | paste -d ' ' /tmp/values - |
		awk -v want=$((30 * PART)) -v noise=$((2 * NOISE)) '{
			off = $1 > want ? $1 - want : want - $1
			if (off > $2 + noise)
				print
		}')" ""
is "and is small where the program does the same all the time" \
	"$(get r8:u error | awk -v most=$((30 * PART / 50)) '$1 > most')" ""
hasnt "nothing is too short for its groups then" "$(get r8:u doubts)" short

measure --min-running 90 -e "$(repeat 12 r8),task-clock" ./loop
is "--min-running refuses to estimate" "$(get r8 value | tr -d '\n')" ""
is "it does not call that ok" "$(get r8 state | sort -u)" not-counted

measure -e "$(repeat 12 r8),cycles,instructions" ./loop
is "a ratio's inputs run at the same time" \
	"$(get cycles enabled_ns)/$(get cycles running_ns)" \
	"$(get instructions enabled_ns)/$(get instructions running_ns)"
is "so the ratio stays exact" "$(metric ipc value)" 1
is "and says that it is an estimate" "$(metric ipc state)" scaled
plan=$(./tacho stat --plan -e "$(repeat 12 r8),cycles,instructions" 2>&1)
check "--plan shows them in one group" \
	test -n "$(printf '%s\n' "$plan" | grep cycles | grep instructions)"
has "--plan says how many take turns" "$plan" "groups take turns"
hasnt "--plan does not invent another user of the PMU" "$plan" "held by"

measure -e "{$(repeat 7 r8)},instructions:u" ./loop
is "a group too large for the PMU has no values" \
	"$(get r8 value | tr -d '\n')" ""
is "the rest counts" "$(get instructions:u value)" $LOOP
text -e "{$(repeat 7 r8)},instructions:u" ./loop
has "why is said" "$text" "more counters than this PMU has"
measure -e "{$(repeat 7 r8)}:W,instructions:u" ./loop
is "with :W the group is taken apart" "$(get r8 state | sort -u)" scaled
rm -f $started
text -e "{$(repeat 7 r8)}" -- touch $started
is "nothing countable is status 1" $status 1
check "the command is not started then" test ! -e $started

measure -e instructions:uD ./loop
is "a pinned event counts" "$(get instructions:uD value)" $LOOP
measure -e "$(repeat 8 r8:D),task-clock" ./loop
check "of eight pinned ones some lose" \
	test -n "$(get r8:D state | grep not-counted)"
is "a pinned one is never scaled" "$(get r8:D state | grep scaled)" ""

measure -e r3,instructions:u ./loop
is "a counter that never moves is dead" "$(get r3 state)" dead
is "a dead counter has no value" "$(get r3 value)" ""
text -e r3,instructions:u ./loop
has "a dead counter is shown as one" "$text" "<dead>"

measure -e branches,instructions:u ./loop
is "an event that the PMU lacks is unsupported" "$(get branches state)" \
	unsupported
is "it has no value" "$(get branches value)" ""
is "what stands beside it counts" "$(get instructions:u value)" $LOOP

# ---- names

measure -e INST_RETIRED:u ./loop
is "libpfm4 knows this CPU's events" "$(get INST_RETIRED:u value)" $LOOP
measure -e arm_n1::INST_RETIRED:u ./loop
is "also with its name for the PMU" "$(get arm_n1::INST_RETIRED:u value)" $LOOP
measure -e armv8_pmuv3/inst_retired/u ./loop
is "sysfs names count" "$(get armv8_pmuv3/inst_retired/u value)" $LOOP
measure -e sched:sched_process_exec ./loop
is "a tracepoint counts" "$(get sched:sched_process_exec value)" 1

# ---- time

measure -I 5 -e instructions:u ./loop
within "there are several intervals" "$(get instructions:u value | wc -l)" 3 10
is "intervals sum to the total" "$(get instructions:u value | sum)" $LOOP
measure -r 3 -e instructions:u ./loop
is "the mean of equal runs is each of them" "$(get instructions:u mean)" $LOOP
is "their standard deviation is 0" "$(get instructions:u stddev)" 0
is "there are three" "$(get instructions:u n)" 3
measure -r 2 --warmup 1 -e instructions:u -- sh -c 'echo run >>/tmp/runs'
is "a warm-up runs and does not count" \
	"$(wc -l </tmp/runs)/$(get instructions:u n)" 3/2
measure -D 10 -e instructions:u ./loop
within "-D leaves out the beginning" "$(get instructions:u value)" \
	1000000 15000000
measure --timeout 20 -e instructions:u -- sh -c 'while :; do :; done'
within "--timeout ends a command that would not" \
	"$(get instructions:u value)" 1000000 40000000
is "and is no failure" $status 0

# ---- processes that run already

begin_work
ask n
measure -p $work -e instructions:u -- sh -c "$ASK" sh l w t f
within "attached: threads, later threads and children" \
	"$(get instructions:u value)" $((4 * PART)) $((4 * PART + NOISE))
measure -i -p $work -e instructions:u -- sh -c "$ASK" sh l w t f
within "attached with -i: the threads that were there" \
	"$(get instructions:u value)" $((2 * PART)) $((2 * PART + NOISE))
measure -i -t $work -e instructions:u -- sh -c "$ASK" sh l w
within "one thread" "$(get instructions:u value)" $PART $((PART + NOISE))
measure --per-thread -p $work -e instructions:u -- sh -c "$ASK" sh w
is "--per-thread has a row for each" "$(get instructions:u tid | wc -l)" 2
within "the one that worked has the work" \
	"$(get instructions:u value | sort -n | tail -1)" \
	$PART $((PART + NOISE))
within "the other has not" "$(get instructions:u value tid=$work)" 0 $NOISE

mkfifo /tmp/control /tmp/ack
exec 5<>/tmp/control 6<>/tmp/ack
./tacho stat -D -1 --control fifo:/tmp/control,/tmp/ack --format=csv \
	-o $report -p $work -e instructions:u 3>&- 4<&- &
counter=$!
tell() {
	echo "$1" >&5
	read -r answer <&6
}
tell ping
is "--control answers" "$answer" ack
ask l
tell enable
ask l l
tell disable
ask l
tell stop
wait $counter
is "stop is no failure" $? 0
within "only what was enabled is counted" "$(get instructions:u value)" \
	$((2 * PART)) $((2 * PART + NOISE))

# a background job of this shell ignores SIGINT, and tacho leaves it so
./tacho stat --format=csv -o $report -p $work -e instructions:u \
	--control fifo:/tmp/control,/tmp/ack 3>&- 4<&- &
counter=$!
tell ping
ask l
kill -TERM $counter
wait $counter
within "SIGTERM ends it with a report" "$(get instructions:u value)" \
	$PART $((PART + NOISE))
./tacho stat --format=csv -o $report -p $work -e instructions:u \
	--control fifo:/tmp/control,/tmp/ack 3>&- 4<&- &
counter=$!
tell ping
ask l
end_work
wait $counter
is "it ends with the process" $? 0
within "with what that did" "$(get instructions:u value)" \
	$PART $((PART + NOISE))
exec 5>&- 6>&-

# ---- cgroups

mkdir /sys/fs/cgroup/busy /sys/fs/cgroup/idle
measure -G busy,idle -e instructions:u,instructions:u -- sh -c \
	'echo $$ >/sys/fs/cgroup/busy/cgroup.procs; exec ./loop'
within "-G counts the tasks of a cgroup" \
	"$(get instructions:u value cgroup=busy | head -1)" \
	$LOOP $((LOOP + NOISE))
is "and not those of another" \
	"$(get instructions:u value cgroup=idle | grep -v '^0*$')" ""
text -G no-such -e instructions:u -- true
has "an unknown cgroup is named" "$text" no-such
is "and is status 1" $status 1

# ---- perf's formats

for format in -x, -j; do
	same "$format: numbers with a ratio" shape $format \
		-e cycles:u,instructions:u ./loop
	same "$format: a group, an event that is not there" numberless \
		$format -e '{cycles:u,instructions:u},branches:u,task-clock' \
		./loop
	same "$format: the defaults" numberless $format ./loop
	same "$format: intervals" numberless $format -I 15 \
		-e instructions:u,task-clock ./loop
	same "$format: repeats" numberless $format -r 3 -e instructions:u \
		./loop
	same "$format: CPUs" numberless $format -a -A -e instructions:u ./loop
	same "$format: sockets" numberless $format -a --per-socket \
		-e instructions:u ./loop
	same "$format: cores" numberless $format -a --per-core \
		-e instructions:u ./loop
done

# ---- the status

for want in 0 1 3 42; do
	text -e instructions:u -- sh -c "exit $want"
	is "the command's status $want is tacho's" $status $want
done
text -e instructions:u -- sh -c 'kill -TERM $$'
is "a signal's is 128 more" $status 143
text -e instructions:u -- ./no-such-program
is "a command that is not there is 127" $status 127
text -e instructions:u -- ./tap.sh
is "one that cannot be run is 126" $status 126
rm -f $started
text -e instructoins:u -- touch $started
is "a wrong name is 2" $status 2
has "with the right one" "$text" instructions
check "the command is not started" test ! -e $started
text --no-such-option -- touch $started
is "a wrong option is 2" $status 2
rm -f $started
text -e branches,cache-misses -- touch $started
is "events that are all not there are 1" $status 1
check "nothing is started for them" test ! -e $started
has "why is said, with where to ask" "$text" "tacho doctor"

# ---- doctor

doctor=$(./tacho doctor 2>&1)
is "doctor is content" $? 0
has "doctor names the driver" "$doctor" armv8_pmuv3
has "doctor knows how many counters there are" "$doctor" "7 count"
has "doctor says that they count" "$doctor" "Hardware counters count"

# ---- for the machine outside to read

./tacho stat --format=json -o /out/plain.json ./loop
./tacho stat --format=json -o /out/repeat.json -r 2 -e instructions:u,r3 ./loop
./tacho stat --format=json -o /out/interval.json -I 5 -e instructions:u ./loop
./tacho stat --format=json -o /out/scaled.json -e "$(repeat 12 r8),branches" \
	./loop
./tacho stat --format=json -o /out/cpus.json -a -A -e instructions:u ./loop

tap_done
