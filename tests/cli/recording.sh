#!/bin/sh
# --save and report: what was printed is printed again, a file is replaced whole
# or not at all, and what is no recording is refused.
. "${srcdir:-.}/tests/cli/lib.sh"

rec=$tmp/x.rec

# ---- usage

run report
is "report without a file: 2" $status 2
run report one two
is "report of two files: 2" $status 2
has "report of two files" "$err" "one recording at a time"
run report --format yaml "$rec"
is "report in no format: 2" $status 2
run report "$tmp/none"
is "no such file: 1" $status 1
has "no such file" "$err" "No such file"
run report "$tmp"
has "a folder" "$err" "Is a directory"
run report /dev/null
is "nothing is no recording: 1" $status 1
has "nothing is no recording" "$err" "no recording of tacho's"
run report "$srcdir/doc/tacho-recording.schema.json"
has "other JSON is no recording" "$err" "no recording of tacho's"

usage_error "--save where no folder is" "cannot write" \
	--save "$tmp/none/x.rec"
usage_error "--save to a device" "no file" --save /dev/null
usage_error "--save with --plan" "runs nothing" --save "$rec" --plan
usage_error "--save to a folder" "no file" --save "$tmp"
usage_error "--save without a name" "cannot write" --save ""

need_counting

# ---- the same again

# again NAME FORMAT ARGUMENTS...: what stat prints is what report prints
again() {
	again_name=$1
	again_format=$2
	shift 2
	rm -f "$rec"
	"$tacho" stat --save "$rec" --format "$again_format" \
		-o "$tmp/stat.out" "$@" >/dev/null 2>"$tmp/err"
	"$tacho" report --format "$again_format" "$rec" >"$tmp/report.out" \
		2>>"$tmp/err"
	is "$again_name as $again_format" \
		"$(diff "$tmp/stat.out" "$tmp/report.out" 2>&1; cat "$tmp/err")" ""
}

for format in text csv json markdown; do
	again "a command" $format -- "$victim" touch 100
	again "several runs" $format -r 3 -- sh -c 'exit 0'
	again "chosen events" $format -e page-faults:u,task-clock -- true
	again "a command that fails" $format -- sh -c 'exit 3'
	again "only times" $format -n -- true
	again "a process" $format -p $$ -- sleep 0.01
	again "threads" $format --per-thread -p $$ -- sleep 0.01
	again "a delay" $format -D 1 -- sleep 0.01
	if may_count_cpus; then
		again "CPUs" $format -a -A -- sleep 0.01
		again "cores" $format -a --per-core -- sleep 0.01
	else
		skip "CPUs as $format" "$no_cpus"
	fi
	if command -v valgrind >/dev/null; then
		again "a simulation" $format --source=cachegrind -- true
		again "simulated metrics" $format --source=cachegrind \
			-M branch -- true
	else
		skip "a simulation as $format" "no valgrind here"
	fi
done

"$tacho" stat --save "$rec" -I 10 -o /dev/null -- sleep 0.05
run report "$rec"
has "of intervals the total is kept" "$out" "with -I 10; a recording has the total"

"$tacho" stat --save "$rec" -x , -o "$tmp/stat.out" -e page-faults:u -r 2 true
"$tacho" report -x , "$rec" >"$tmp/report.out"
is "perf's format" "$(cat "$tmp/report.out")" \
	"$(sed -e 1d -e 2d "$tmp/stat.out")"

# ---- what is asked for now

"$tacho" stat --save "$rec" -r 2 -e page-faults:u,task-clock:u true 2>/dev/null
run report --no-verdict "$rec"
hasnt "--no-verdict" "$out" "because"
run report --table "$rec"
has "--table" "$out" "Table of individual"
run report -M ipc "$rec"
is "a metric that was not counted: 0" $status 0
has "a metric that was not counted" "$out" "not counted"
run report -M no-such "$rec"
is "a metric that there is not: 2" $status 2
run report -o "$tmp/report.out" "$rec"
has "-o" "$(cat "$tmp/report.out")" "page-faults"

# ---- files

again "a file that was there" csv -- true
hasnt "nothing is left beside it" "$(ls "$tmp")" "x.rec."
umask 077
rm -f "$rec"
"$tacho" stat --save "$rec" true 2>/dev/null
is "a new file has the usual mode" "$(stat -c %a "$rec")" 600
umask 022
chmod 640 "$rec"
ln -sf x.rec "$tmp/link.rec"
"$tacho" stat --save "$tmp/link.rec" true 2>/dev/null
is "a replaced one keeps its mode" "$(stat -c %a "$rec")" 640
check "a link goes on to be one" test -L "$tmp/link.rec"
run stat -v --save "$rec" true
has "-v tells that it was replaced" "$err" "replaced '$rec'"
(cd "$tmp" && "$tacho" stat --save here.rec true 2>/dev/null)
check "a name without a folder" test -s "$tmp/here.rec"

# a limit on the size of files is as good as a full disk
cp "$rec" "$tmp/before.rec"
(
	trap '' XFSZ
	ulimit -f 1
	"$tacho" stat --save "$rec" -r 20 true 2>&1
	echo "status $?"
) | cat >"$tmp/out"
out=$(cat "$tmp/out")
has "a full disk: 1" "$out" "status 1"
has "a full disk is told" "$out" "cannot write"
has "a full disk: the report is there" "$out" "elapsed"
check "a full disk takes nothing away" cmp -s "$rec" "$tmp/before.rec"
hasnt "a full disk leaves nothing behind" "$(ls "$tmp")" "x.rec."

# what is to end the measurement does not end keeping it; timeout(1) and
# others send two signals
kept=0
for signal in INT TERM TERM; do
	rm -f "$rec" "$tmp/began"
	# a background job ignores SIGINT, which its commands may not change
	if have_python; then
		python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$tacho" stat --save "$rec" -r 1000 \
			-o /dev/null sh -c ": >>$tmp/began; sleep 0.05" &
	else
		"$tacho" stat --save "$rec" -r 1000 -o /dev/null \
			sh -c ": >>$tmp/began; sleep 0.05" &
		signal=TERM
	fi
	counter=$!
	started $counter
	until_true test -e "$tmp/began"
	kill -$signal $counter
	kill -$signal $counter
	wait $counter
	"$tacho" report "$rec" >/dev/null 2>&1 && kept=$((kept + 1))
done
is "what was counted before two signals is kept" $kept 3

# ---- damage

head -c 1000 "$rec" >"$tmp/cut.rec"
run report "$tmp/cut.rec"
is "cut in the header: 1" $status 1
sed '$d' "$rec" >"$tmp/cut.rec"
run report "$tmp/cut.rec"
has "without its end" "$err" "line 3: it was cut off"
sed '1s/"tacho-recording":1/"tacho-recording":2/' "$rec" >"$tmp/new.rec"
run report "$tmp/new.rec"
has "a newer version" "$err" "of version 2 of the format"
has "a newer version: what to do" "$err" "newer tacho"
sed '2s/"raw":\[[0-9]*/"raw":[-1/' "$rec" >"$tmp/bad.rec"
run report "$tmp/bad.rec"
has "a count below 0" "$err" "line 2: counters[0]: raw: not a count"

if have_python && python3 -c 'import jsonschema' 2>/dev/null; then
	split -l 1 "$rec" "$tmp/line."
	is "every line fits the schema" \
		"$(python3 "$srcdir/tests/check-schema.py" \
			"$srcdir/doc/tacho-recording.schema.json" \
			"$tmp"/line.* | grep -v -e '^ok' -e '^1\.\.')" ""
else
	skip "every line fits the schema" "no python3 with jsonschema"
fi
is "values of the environment are not kept" \
	"$(SECRET_OF_MINE=hush-hush "$tacho" stat --save "$rec" true \
		2>/dev/null; grep -c hush-hush "$rec"; grep -c SECRET_OF_MINE \
		"$rec")" "0
1"

tap_done
