#!/bin/sh
# tacho compare: commands are run in turns, as often and in such a way as was
# asked for; what they were is kept, and a failure is told.
. "${srcdir:-.}/tests/cli/lib.sh"

# compare ARGUMENTS...: $status, $out and $err, as CSV
compare() {
	run compare --format csv "$@"
}

# bad NAME PART ARGUMENTS...: status 2, and nothing was run
bad() {
	bad_name=$1
	bad_part=$2
	shift 2
	rm -f "$tmp/ran"
	run compare "$@"
	if [ $status -eq 2 ] && [ ! -e "$tmp/ran" ]; then
		has "$bad_name" "$err" "$bad_part"
	else
		fail "$bad_name" "status $status
$err"
	fi
}

# of QUANTITY SUBJECT COLUMN: a field of the CSV
of() {
	printf '%s\n' "$out" | awk -F, -v q="$1" -v s="$2" -v c="$3" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == c) at = i }
		$1 == q && $4 == s { print $at }'
}

touch_it="touch $tmp/ran"

# ---- usage

bad "no command" "there is no command to measure"
bad "one command" "only command" "$touch_it"
bad "an open quote" "character 7: this \" is never closed" "$touch_it" 'true a"b'
bad "what a shell would do" "character 7: a shell would" "$touch_it" 'true a; b'
bad "an empty command" "" "$touch_it" ''
bad "no such option" "unknown option" --nosuch "$touch_it" true
bad "an option behind the commands" "unknown option '--fail'" "$touch_it" \
	true --fail 'time > 1%'
bad "a command without quotes" "are one word, in quotes" "$touch_it" -9 x true -9 y
bad "a limit behind the commands" "--fail-if" "$touch_it" true --fail-if 'time ~ 1'
bad "-- ends options" "there is no command to measure" --
bad "no runs" "between 1 and" -r 0 "$touch_it" true
bad "no time" "between" -T 0 "$touch_it" true
bad "no precision" "between" --precision 0 "$touch_it" true
bad "a seed that is no number" "not a whole number" --seed x "$touch_it" true
bad "no such input" "cannot open" --input "$tmp/none" "$touch_it" true
bad "no such format" "--format" --format yaml "$touch_it" true
bad "no such metric" "nosuch" --metric nosuch "$touch_it" true
bad "no such event" "nosuch" -e nosuch "$touch_it" true
bad "no such source" "not auto" --source nosuch "$touch_it" true
bad "a limit that cannot be read" "--fail-if" --fail-if 'time ~ 1' "$touch_it" \
	true
bad "a place that cannot be written" "cannot write" --save "$tmp/none/x" \
	"$touch_it" true
bad "more names than commands" "--name" --name a --name b --name c \
	"$touch_it" true
run compare --baseline "$tmp/none" true
is "no such baseline: 1" $status 1
has "no such baseline" "$err" "No such file"
run compare --help
is "--help: 0" $status 0
has "--help" "$out" "usage: tacho compare"

need_counting

# ---- how often

# Each run leaves a letter; order FILE: that of the runs in blocks of two
cat >"$tmp/note" <<END
printf %s "\$1" >>"$tmp/order"
END
noted() {
	rm -f "$tmp/order"
	compare "$@" "sh $tmp/note a" "sh $tmp/note b"
	order=$(cat "$tmp/order")
}

noted -r 6 --warmup 0 --seed 1 --name A --name B
is "-r: 0" "$status$err" 0
is "-r 6: of the first" "$(of time A n)" 6
is "-r 6: of the second" "$(of time B n)" 6
is "a block has one of each" \
	"$(printf %s "$order" | sed 's/../& /g; s/ba/ab/g')" "ab ab ab ab ab ab "
first=$order
noted -r 6 --warmup 0 --seed 1
is "the same seed, the same order" "$order" "$first"
noted -r 20 --warmup 0 --seed 2
check "blocks begin with either" \
	eval 'printf %s "$order" | sed "s/\(.\)./\1/g" | grep ab.*ba'
noted -r 2
is "one warm-up of each" ${#order} 6
noted -r 2 --warmup 3
is "--warmup 3" "$(printf %.6s "$order")/${#order}" ababab/10
compare true -r 2 'printf %s' -e page-faults
is "options between and behind commands: 0" "$status$err" 0
is "options between and behind commands" "$(of time printf n)" 2
compare -r 150 true /bin/true
is "what is smaller than we are has no peak, in no run" \
	"$(of max_rss true n)" 0
compare -T 0.2 true true
check "-T: some runs" test "$(of time true n)" -ge 2
before=$(date +%s)
compare -T 0.5 'sleep 0.1' 'sleep 0.1'
check "-T ends it" test $(($(date +%s) - before)) -le 10
compare -e page-faults --metric page-faults --precision 50 true true
is "--precision: the least that tells" "$(of page-faults true n)" 5
compare -r 6 --precision 0.0001 true true
is "-r ends it before" "$(of time true n)" 6
has "--precision that was not reached" "$err" "not 0.0001 %, after 6 runs"

# ---- how they are run

compare -r 1 --warmup 0 --show-output 'echo "a  b"' "echo c'd'e\\ f"
has "quotes are quotes" "$out" "a  b"
has "and backslashes" "$out" "cde f"
compare -r 1 --warmup 0 'echo needle' true
hasnt "output is discarded" "$out" needle
compare -r 1 --warmup 0 --shell --show-output 'echo $((6 * 7)) | cat' true
has "--shell" "$out" 42
echo needle >"$tmp/input"
compare -r 3 --input "$tmp/input" 'grep -q needle' 'grep -q needle'
is "--input, each from its beginning: 0" "$status$err" 0
compare -r 3 'grep -q needle' true
is "without it there is nothing to read: 1" $status 1
rm -f "$tmp/log"
compare -r 2 --warmup 1 --prepare "echo p >>$tmp/log" \
	--cleanup "echo c >>$tmp/log" true true
is "--prepare and --cleanup are around each" \
	"$(tr -d '\n' <"$tmp/log")" pcpcpcpcpcpc
compare -r 2 --prepare 'exit 3' true true
is "a --prepare that fails: 1" $status 1
has "a --prepare that fails" "$err" "--prepare: 'exit 3' ended with status 3"
(cd "$tmp" && "$tacho" compare -r 1 --show-output --format csv pwd 'printenv X' \
	2>&1) >"$tmp/out" || :
has "the directory is ours" "$(cat "$tmp/out")" "$tmp"
X=surprise run compare -r 1 --format csv --show-output 'printenv X' true
has "the environment is ours" "$out" surprise
compare -r 1 -e page-faults --metric page-faults true true
check "-e" test -n "$(of page-faults true mean)"

# ---- failures

compare -r 3 true "$tmp/none"
is "no such command: 127" $status 127
has "no such command" "$err" "cannot run '$tmp/none'"
compare -r 3 true "$tmp/note"
is "what cannot be executed: 126" $status 126
cat >"$tmp/fails" <<END
echo out
echo first >&2
echo last words >&2
exit 7
END
compare -r 3 --warmup 0 true "sh $tmp/fails"
is "a command that fails: 1" $status 1
has "how it failed" "$err" "ended with status 7 in block 1"
has "its last words" "$err" "after 'last words'"
has "and those before" "$err" first
is "no numbers of it" "$out" ""
compare -r 3 true 'sh -c "seq 1000 >&2; exit 3"'
is "of many lines the last 20, and the message" \
	"$(printf '%s\n' "$err" | sed -n '1p;20p;21q;$!d' | tr '\n' ' ')$(
		printf '%s\n' "$err" | wc -l)" "981 1000 21"
compare -r 3 --ignore-failure true "sh $tmp/fails"
is "--ignore-failure: 0" "$status$err" 0
is "--ignore-failure: all runs" "$(of time sh n)" 3
compare -r 3 true 'sh -c "kill -9 \$\$"'
has "one that is killed" "$err" "signal 9"

# ---- what it says

compare -r 8 --fail-if 'time > +20%' 'sleep 0.01' 'sleep 0.03'
is "a limit that was passed: 3" $status 3
has "which" "$err" "time > +20%"
compare -r 8 --fail-if 'time > +2000%' 'sleep 0.01' 'sleep 0.03'
is "a limit that holds: 0" $status 0
compare -r 2 --fail-if 'time > +20%' 'sleep 0.01' 'sleep 0.03'
is "too few runs to tell: 4" $status 4
for format in text markdown html json csv; do
	run compare -r 5 --seed 77 --format $format -o "$tmp/report" true true
	is "--format $format: 0" "$status$out$err" 0
	check "--format $format: something" test -s "$tmp/report"
	[ $format = csv ] || has "--format $format has the seed" \
		"$(cat "$tmp/report")" 77
done

# ---- recordings

# a command that fails later does not take with it what was measured
run compare -r 9 --warmup 0 --shell --save "$tmp/rest.rec" true \
	"echo >>'$tmp/times'; test \$(wc -l <'$tmp/times') -lt 4"
is "a failure in the fourth block: 1" $status 1
has "what was measured is kept" "$err" \
	"tacho: the 3 runs of each command before that are in '$tmp/rest.rec'"
run diff --format csv "$tmp/rest.rec"
is "and can be shown" $status 0

compare -r 5 --save "$tmp/pair.rec" --name old --name new true 'sleep 0.02'
is "--save: 0" "$status$err" 0
before=$(of time old mean)
run diff --format csv "$tmp/pair.rec"
is "diff of it: 0" "$status$err" 0
is "diff has the same numbers" "$(of time old mean)" "$before"
is "and names" "$(of time new n)" 5
is "report shows the same" "$("$tacho" report --format csv "$tmp/pair.rec")" \
	"$out"
is "report reads it from a pipe, too" \
	"$(cat "$tmp/pair.rec" | "$tacho" report - --format csv)" "$out"
is "diff does" "$("$tacho" diff --format csv - <"$tmp/pair.rec")" "$out"
run report "$tmp/pair.rec" --all --noise 5
is "report knows the options of diff then: 0" "$status$err" 0
has "report knows the options of diff then" "$out" "below 5 %"
run report --nosuch "$tmp/pair.rec"
is "no others: 2" $status 2
run report --table "$tmp/pair.rec"
is "but has no table of it: 2" $status 2
has "but has no table of it" "$err" "--table is for one command"
compare -r 5 --baseline "$tmp/pair.rec" --name before --name now true
is "--baseline: 0" "$status$err" 0
is "the baseline is what was saved" "$(of time before mean)" "$before"
is "the command was measured" "$(of time now n)" 5
"$tacho" stat -r 5 -e page-faults --save "$tmp/stat.rec" true 2>/dev/null
compare -r 5 --baseline "$tmp/stat.rec" --save "$tmp/both.rec" --name a \
	--name b true
is "--baseline of stat: 0" "$status$err" 0
check "its events are counted" test -n "$(of page-faults b mean)"
is "no others" "$(of task-clock b mean)" ""
run diff --format csv "$tmp/both.rec"
is "saved with the baseline" "$(of time a n)/$(of time b n)" 5/5
sed '1s/"name":"page-faults"/"name":"nosuch"/' "$tmp/stat.rec" \
	>"$tmp/other.rec"
compare -r 5 --baseline "$tmp/other.rec" -e task-clock true
is "other events than the baseline's: 0" $status 0
compare -r 5 --baseline "$tmp/other.rec" true
has "what the baseline has and nobody knows is told" "$err" \
	"'nosuch' of the baseline is not counted here"
if have_python && python3 -c 'import jsonschema' 2>/dev/null; then
	split -l 1 "$tmp/pair.rec" "$tmp/line."
	is "every line fits the schema" \
		"$(python3 "$srcdir/tests/check-schema.py" \
			"$srcdir/doc/tacho-recording.schema.json" \
			"$tmp"/line.* | grep '^not ok')" ""
else
	skip "every line fits the schema" "no python3 with jsonschema"
fi

# ---- signals

have_python || skip_all "no python3 for terminals"
cat >"$tmp/slow" <<END
echo x >>"$tmp/runs"
sleep 0.05
END
rm -f "$tmp/runs"
# a shell starts what goes behind with SIGINT ignored
env --default-signal "$tacho" compare -r 1000 --format csv --name a --name b \
	"sh $tmp/slow" "sh $tmp/slow" >"$tmp/out" 2>"$tmp/err" &
pid=$!
started $pid
until_true has_lines "$tmp/runs" 14
kill -INT $pid
wait $pid
is "SIGINT: 130" $? 130
out=$(cat "$tmp/out")
check "what was measured is shown" test "$(of time a n)" -ge 5
is "whole blocks" "$(of time a n)" "$(of time b n)"
is "without a terminal there is no progress" "$(cat "$tmp/err")" ""

# ---- progress

cat >"$tmp/screen.py" <<'END'
import os, pty, sys
out = open(sys.argv[1], "wb")
def read(fd):
    data = os.read(fd, 65536)
    out.write(data)
    return data
status = pty.spawn(sys.argv[2:], read, lambda fd: b"")
sys.exit(os.waitstatus_to_exitcode(status))
END
TERM=xterm python3 "$tmp/screen.py" "$tmp/screen" "$tacho" compare -r 8 \
	--name old --name new -o "$tmp/report" "sh $tmp/slow" "sh $tmp/slow" \
	</dev/null >/dev/null
is "on a terminal: 0" $? 0
screen=$(cat "$tmp/screen")
has "it tells how many runs" "$screen" "of 16 runs"
has "and how long" "$screen" "s left"
has "and the difference so far" "$screen" "time; new "
TERM=dumb python3 "$tmp/screen.py" "$tmp/screen" "$tacho" compare -r 3 \
	-o "$tmp/report" "sh $tmp/slow" "sh $tmp/slow" </dev/null >/dev/null
is "not on a dumb one" "$(cat "$tmp/screen")" ""

# ---- simulated

command -v valgrind >/dev/null || {
	skip "a simulation" "there is no valgrind"
	tap_done
	exit
}
compare --source=cachegrind --name a --name b true 'true x'
is "a simulation: 0" "$status$err" 0
is "two runs are enough" "$(of instructions a n)" 2
is "because they are the same" "$(of instructions b exact)" 1
compare --source=cachegrind --save "$tmp/sim.rec" true true
compare --baseline "$tmp/sim.rec" true
is "the baseline's source is taken" "$status$(of instructions true n)" 02
bad "a counted baseline and a simulation" "do not compare" \
	--source=cachegrind --baseline "$tmp/pair.rec" "$touch_it"

tap_done
