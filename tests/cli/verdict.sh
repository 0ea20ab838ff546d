#!/bin/sh
# What tacho stat says a program is bound by.
#
# Only events of the kernel are counted, so that machines with and without a
# PMU must give the same answers.
. "${srcdir:-.}/tests/cli/lib.sh"
. "$srcdir/tests/cli/judge.sh"
need_counting
with="-e task-clock,page-faults:u"

loop='i=0; while [ $i -lt 300000 ]; do i=$((i + 1)); done'

settle sleep 0.2
is_verdict "sleep is blocked" blocked "sleep, locks, network"
has "and that it did not want a CPU" "$json" 'did not want a CPU'
has "high confidence" "$json" '"confidence_word": "high"'
has "the next command is ready" "$json" '"strace -f -c -w -- sleep 0.2 #'

settle sh -c "$loop"
is_verdict "a loop is CPU-bound, and what by is not known" unknown CPU-bound
if [ "$class" = unknown ]; then
	has "it says what would tell" "$json" 'only hardware counters can tell'
	has "it says what was not counted" "$json" \
		'cycles and instructions were not both counted'
	has "unknown has no confidence" "$json" \
		'"confidence": 0, "confidence_word": "none"'
fi

settle dd if=/dev/zero of=/dev/null bs=64k count=200000
is_verdict "who lets the kernel work is system-bound" system-bound \
	"system calls, likely"

settle "$victim" touch 30000
case $kind in
"page faults"*)
	is_verdict "who touches new memory is system-bound" system-bound \
		"$kind"
	;;
*)
	is_verdict "who touches new memory is system-bound" system-bound \
		"page faults"
	;;
esac

cpu=$(taskset -pc $$ 2>/dev/null | sed 's/.*: *\([0-9]*\).*/\1/')
if [ -z "$cpu" ]; then
	skip "two on one CPU wait for it" "no taskset"
elif [ "$(cut -d ' ' -f 1 /proc/self/schedstat 2>/dev/null || echo 0)" = 0 ]
then
	skip "two on one CPU wait for it" \
		"this kernel keeps no account of waiting"
else
	# two rivals, because one of a pair is not always unlucky enough
	for i in 1 2; do
		taskset -c "$cpu" sh -c 'while :; do :; done' &
		started $!
		rivals="${rivals:-} $!"
	done
	first=
	judge taskset -c "$cpu" sh -c "$loop"
	kill $rivals
	is "two on one CPU wait for it" "$class ($kind)" "blocked (no free CPU)"
	has "and it says for how much of the time" "$json" \
		'of the time that it could run, others had the CPU'
fi

# ---- attached ----

sleep 100 &
started $!
judge -p $! --timeout 100
is "a process that sleeps is blocked" "$class" blocked
has "commands are for the process" "$json" "-p $!"

# ---- simulated: what waits does so all the same ----

if ! command -v valgrind >/dev/null; then
	skip "a simulated sleeper is blocked all the same" "no valgrind"
else
	"$tacho" stat --source=cachegrind --format json -o "$tmp/json" sleep 2 \
		>"$tmp/out" 2>"$tmp/err"
	json=$(sed -n 's/^"verdict": //p' "$tmp/json")
	has "a simulated sleeper is blocked all the same" "$json" \
		'"class": "blocked"'
	has "which is no estimate" "$json" '"estimate": false'
fi

# a command beside it only sets how long: it is not what is judged
sh -c 'while :; do :; done' &
started $!
busy=$!
settle -p $busy -- sleep 0.3
is_verdict "a process that runs is not taken for the command beside it" \
	unknown CPU-bound
judge -a -- sleep 0.3
hasnt "nor is the machine" "$json" "sleep, locks, network"
judge -C 0 -- sleep 0.1
is "of some CPUs nothing is known without counters" "$class" unknown
kill $busy

# ---- how it is shown ----

run stat $with sleep 0.01
has "the text ends with it" "$(tail -n 9 "$tmp/err")" ' blocked ('
has "why it is trusted" "$err" '   trust    '
run stat $with --no-verdict sleep 0.01
hasnt "--no-verdict" "$err" '   trust '
judge --no-verdict sleep 0.01
is "--no-verdict in JSON" "$json" 'null,'
run stat -n sleep 0.01
hasnt "-n: nothing was counted" "$err" '   trust '
run stat $with -I 20 sleep 0.05
is "-I: once, at the end" "$(grep -c '^   trust ' "$tmp/err")" 1
run stat $with -I 20 --summary sleep 0.05
is "-I --summary: once, at the end" "$(grep -c '^   trust ' "$tmp/err")" 1
run stat $with -r 3 sleep 0.01
is "-r: once" "$(grep -c '^   trust ' "$tmp/err")" 1
for f in -x, -j --format=csv; do
	run stat $with $f sleep 0.01
	hasnt "$f has no place for it" "$err" blocked
done

# ---- rules of the user's own ----

mkdir "$tmp/rules"
cat >"$tmp/rules/own.rules" <<'END'
[verdict naps]
class  = blocked
kind   = naps
stage  = waiting
when   = voluntary_switches > 0
share  = 1
say    = it naps
END
judge --events "$tmp/rules" sleep 0.01
has "--events adds rules" "$json" "it naps"
echo 'when = nonsense (' >>"$tmp/rules/own.rules"
usage_error "a wrong rule ends it before the start" "own.rules:8: " \
	--events "$tmp/rules"
cat >"$tmp/rules/own.rules" <<'END'
[verdict naps]
parent = lunch
when   = 1
END
usage_error "a parent that is not there, too" \
	"own.rules:1: [verdict naps]: parent 'lunch' is no verdict" \
	--events "$tmp/rules"
mkdir -p "$tmp/config/tacho"
mv "$tmp/rules" "$tmp/config/tacho/events"
XDG_CONFIG_HOME=$tmp/config "$tacho" stat $with sleep 0.01 2>"$tmp/err"
is "in the user's own directory it is left out" $? 0
has "with a warning" "$(cat "$tmp/err")" "own.rules:1: "
has "and the other rules stay" "$(cat "$tmp/err")" ' blocked ('
tap_done
