# The verdict, metrics and trust from counters whose answers are known:
# guest-verdict.sh CYCLES, those that an instruction takes here, 1 or 2.
# shellcheck shell=sh
. ./guest.sh
CYCLES=$1
json=/tmp/report.json

# judge ARGUMENTS: $class, $kind, $confidence and $trust of tacho stat
judge() {
	rm -f $json
	./tacho stat --format=json -o $json "$@" >/tmp/out 2>&1
	verdict=$(sed -n 's/^"verdict": //p' $json)
	class=$(part class)
	kind=$(part kind)
	trust=$(part trust)
	confidence=$(printf '%s' "$verdict" |
		sed 's/.*"confidence": \([0-9.]*\).*/\1/')
}
part() {
	printf '%s' "$verdict" | sed -n "s/.*\"$1\": \"\([^\"]*\)\".*/\1/p"
}

# less NAME A B: two numbers
less() {
	check "$1: $2 < $3" awk -v a="$2" -v b="$3" 'BEGIN { exit !(a < b) }'
}

# ---- each loop in its class

judge ./tacho loop sleep --seconds 0.2
is "who sleeps is blocked" "$class ($kind)" "blocked (sleep, locks, network)"
less "and that is sure" 0.9 "$confidence"
judge ./tacho loop syscalls --seconds 0.2
is "who calls the kernel is system-bound" "$class ($kind)" \
	"system-bound (system calls, likely)"
judge ./tacho loop page-touch --seconds 0.2
case $kind in
"page faults" | "page faults, likely")
	is "who touches new pages is system-bound" "$class" system-bound
	;;
*) fail "who touches new pages has page faults" "$verdict" ;;
esac

# By instructions per cycle alone, which is all that there is: 1 or a half
for loop in add-chain "chase-l1 --size 16K"; do
	judge ./tacho loop $loop --seconds 0.1
	case $CYCLES in
	1)
		is "${loop%% *} at 1 per cycle: neither" "$class ($kind)" \
			"unknown (typical)"
		is "${loop%% *}: so nothing is sure" "$confidence" 0
		;;
	2)
		is "${loop%% *} at 0.5 per cycle: likely memory" \
			"$class ($kind)" "memory-bound (rule of thumb)"
		less "${loop%% *}: not sure" "$confidence" 0.45
		;;
	esac
	has "${loop%% *}: a rule of thumb is called that" "$trust" \
		"a rule of thumb: this CPU's pipeline was not counted"
done
cp $json /out/verdict.json

# ---- less of it where numbers are estimates, none of that with --passes

both="cycles,instructions"
many="$(repeat 12 r8),$both"
loop="./tacho loop add-chain --seconds 0.2"
judge -e $both -- $loop
hasnt "numbers of the whole time are not doubted" "$trust" "of the time"
whole=$confidence
judge -e "$many" -- $loop
has "those of a part are" "$trust" "'ipc' counted only 3"
if [ "$CYCLES" = 2 ]; then
	is "the class is the same" "$class" memory-bound
	less "they make it less sure" "$confidence" "$whole"
fi
judge --passes -e "$many" -- $loop
hasnt "those of passes are not doubted" "$trust" "of the time"
is "and make it as sure" "$confidence" "$whole"

# ---- passes

modes='{r8:u,r11:u,r8:k,r11:k},{r8,r11,r8:u,r11:u},{r8:u,r11:u,r8:k},r8:u'
for events in "$(repeat 13 r8:u)" "$modes"; do
	plan=$(./tacho stat --plan --passes -e "$events" 2>&1)
	passes=$(printf '%s\n' "$plan" | sed -n 's/.*is run \([0-9]*\) times.*/\1/p')
	within "--plan says how many passes" "$passes" 2 4
	text --passes -e "$events" ./loop
	has "the report says so, too" "$text" \
		"put together from $passes executions"
	measure --passes -e "$events" ./loop
	is "every event is ok" \
		"$(sed 1d $report | grep '^event' | grep -v ',100,ok,')" ""
	is "every count is exact" "$(get r8:u value | sort -u)" $LOOP
	is "every event is there" "$(grep -c '^event' $report)" \
		"$(printf '%s\n' "$events" | tr -cd r | wc -c)"
	rm -f /tmp/runs
	measure --passes -e "$events" -- sh -c 'echo >>/tmp/runs'
	is "the command ran as often" "$(wc -l </tmp/runs)" "$passes"
done
measure --passes -e "$modes" ./loop
is "cycles of user mode are exact" "$(get r11:u value | sort -u)" \
	$((CYCLES * LOOP))
within "so is what the kernel adds" \
	"$(($(get r8 value) - LOOP))" 1 $NOISE

# ---- metrics: those that this CPU has, and why not the others

# without_reason: metrics and events that have neither a number nor a reason
without_reason() {
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$1 != "time" && $at["value"] == "" && $at["reason"] == ""' \
		$report
}
for set in memory topdown branch flops energy bandwidth; do
	measure -M $set ./loop
	is "-M $set: goes" $status 0
	is "-M $set: no number without a reason" "$(without_reason)" ""
	within "-M $set: has metrics" "$(grep -c '^metric' $report)" 1 100
done
measure -M memory,topdown ./tacho loop add-chain --seconds 0.1
is "instructions per cycle are what they are" "$(metric ipc value)" \
	"$([ "$CYCLES" = 1 ] && echo 1 || echo 0.5)"
for name in backend_stalled frontend_stalled l3_mpki branch_mpki; do
	is "$name rests on a dead counter" "$(metric $name state)" absent
	is "$name has no value" "$(metric $name value)" ""
done
has "why is said" "$(grep ',backend_stalled,' $report)" "never moved"
judge -M memory,topdown ./tacho loop add-chain --seconds 0.1
has "dead counters do not make a program efficient" "$trust" "a rule of thumb"
# 5 ms are too short to see that they are dead, and no proof either
judge -M topdown ./tacho loop add-chain --seconds 0.005
has "also where it is too short to see that they are dead" "$trust" \
	"a rule of thumb"
judge -M branch ./tacho loop add-chain --seconds 0.1
has "instructions without cycles tell nothing, and it says so" "$verdict" \
	"cycles and instructions were not both counted"

# ---- trust: silent where all is well, and not where it is not

measure ./tacho loop add-chain --seconds 0.2
is "a good run has no doubts" "$(sed 1d $report | awk -F, '
	{ print $(NF - 2) }' | sort -u)" ""
text -e $both,task-clock,page-faults ./tacho loop add-chain --seconds 0.2
hasnt "and no warning" "$text" "warning:"
hasnt "and no mark" "$text" "  ! "
has "a run so short is not trusted as much" \
	"$(./tacho stat -e $both ./loop 2>&1)" "a run of only"

measure -e $both,r3 ./loop2
is "in CSV a dead counter is marked, and nothing beside it" \
	"$(grep -o '"dead: [^ ]* opened but never moved' $report)" \
	'"dead: r3 opened but never moved'
for format in text markdown json; do
	text --format=$format -e $both,r3 ./loop2
	has "in $format" "$text" "r3 opened but never moved"
done

# ---- bounds of estimates hold the known count

printf llllllllllllllllllll |
	./tacho stat --format=csv -o $report \
		-e "$(repeat 12 r11:u),cycles:u,instructions:u" ./work >/dev/null
for event in instructions:u cycles:u; do
	[ $event = cycles:u ] && cycles=$CYCLES || cycles=1
	off=$(get $event value | awk -v want=$((20 * PART * cycles)) '{
		printf "%d", ($1 > want) ? $1 - want : want - $1 }')
	bound=$(get $event error)
	within "$event: the count is within the bound" "$off" 0 \
		$((${bound%.*} + 2 * NOISE * cycles))
	within "$event: which is small" "${bound%.*}" 0 \
		$((20 * PART * cycles / 50))
done
is "their ratio is exact" "$(metric ipc value)" \
	"$([ "$CYCLES" = 1 ] && echo 1 || echo 0.5)"
less "and its bound is next to nothing" "$(metric ipc error)" 1e-6

./tacho stat --format=json -o /out/passes.json --passes -e "$modes" ./loop
./tacho stat --format=json -o /out/metrics.json -M memory,topdown,flops ./loop

tap_done
