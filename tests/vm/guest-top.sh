# Two processes with known loads, watched from outside.
# shellcheck shell=sh
. ./guest.sh

csv=/tmp/top.csv
errors=/tmp/top.err

# ticks: how many rows there are by now
ticks() {
	wc -l <"$csv"
}

# more N: wait for N more rows, at most 30 s
more() {
	more_until=$(($(ticks) + $1))
	more_n=0
	while [ "$(ticks)" -lt $more_until ] && [ $more_n -lt 300 ]; do
		sleep 0.1
		more_n=$((more_n + 1))
	done
}

# counted PID: its instructions in the rows after $before, all ticks together
counted() {
	awk -F, -v pid="$1" -v before="$before" '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
	NR > before && $at["pid"] == pid {
		sum += $at["instructions:u"] * $at["length_s"]
	}
	END { printf "%.0f\n", sum }' $csv
}

# of PID: "KEY ..." of each of its rows that has a number there
of() {
	awk -F, -v pid="$1" -v want="$2" '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
	NR > 1 && $at["pid"] == pid && $at[want] != "" { print $at[want] }' $csv
}

begin_work
mkfifo /tmp/ask2 /tmp/answer2
./work </tmp/ask2 >/tmp/answer2 3>&- 4<&- &
other=$!
exec 5>/tmp/ask2 6</tmp/answer2
ask_other() {
	echo "$1" >&5
	read -r _ <&6
}

./tacho top -b -d 0.5 --format csv --columns instructions:u,ipc,cpu \
	-p $work,$other >$csv 2>$errors 3>&- 4<&- 5>&- 6<&- &
top=$!
touch $csv
more 3
# w is for a thread that waits
ask l n
ask_other l
more 4
before=$(ticks)
ask l l w t f
ask_other l
more 4
kill -INT $top
wait $top
is "it ends well" $? 0
is "and has nothing to say" "$(cat $errors)" ""

# threads that were born meanwhile belong to it, a child does not
within "one did four pieces" "$(counted $work)" $((4 * PART)) \
	$((4 * PART + 4 * NOISE))
within "the other did one" "$(counted $other)" $PART $((PART + NOISE))
# this CPU takes a cycle for an instruction
is "each instruction took a cycle" \
	"$(of $work ipc | awk '$1 < 0.9 || $1 > 1.1 { n++ } END { print n + 0 }')" 0
within "which was counted" "$(of $work ipc | wc -l)" 1 100
exec 5>&- 6<&-
end_work

# a recording shows there what it shows here
./tacho top -b -n 2 -d 0.2 --save /tmp/x.ticks --format csv \
	--columns cpu,ipc,command >/tmp/was.csv 2>$errors
is "a recording: nothing on standard error" "$(cat $errors)" ""
is "a recording shows the rows that were shown" \
	"$(./tacho top -b --replay /tmp/x.ticks --format csv \
		--columns cpu,ipc,command 2>&1 | diff /tmp/was.csv -)" ""

tap_done
