#!/bin/sh
# tacho diff: recordings compared, what is said about how comparable they are,
# and the exit statuses that a script can go by.
. "${srcdir:-.}/tests/cli/lib.sh"

# ---- usage

run diff
is "no recordings: 2" $status 2
has "no recordings" "$err" "tacho diff FILE_A FILE_B"
run diff "$tmp/none" "$tmp/none"
is "no such file: 1" $status 1
has "no such file" "$err" "No such file"
run diff "$srcdir/doc/tacho-recording.schema.json" /dev/null
is "no recordings of tacho's: 1" $status 1
has "no recordings of tacho's" "$err" "no recording of tacho's"
run diff a.rec -x
is "an option behind a file: 2" $status 2
has "an option behind a file" "$err" "-x needs a value"
run diff -- -x -v
has "a file that looks like an option" "$err" "cannot open '-x'"

# bad NAME PART ARGUMENTS...: usage errors before any file is looked at
bad() {
	bad_name=$1
	bad_part=$2
	shift 2
	run diff "$@" "$tmp/none" "$tmp/none"
	is "$bad_name: 2" $status 2
	has "$bad_name" "$err" "$bad_part"
}
bad "a format" "'yaml' is not one of" --format yaml
bad "-x with another format" "-x is for csv" -x , --format json
bad "no separator" "separator is empty" -x ""
bad "a colour" "not auto, always or never" --color blue
bad "noise" "not between 0 and 100" --noise 200
bad "confidence" "not between" --confidence 100
bad "a limit without a sign" "'>' or '<' was expected" --fail-if "time 2%"
bad "a limit without a percent sign" "limits are relative" --fail-if "time > 2"
bad "a file that cannot be" "-o: cannot open" -o "$tmp/none/x"
bad "a folder to write to" "Is a directory" -o "$tmp"
bad "an empty name" "a name is empty" --name ""
bad "the same name twice" "two are called 'x'" --name x --name x

need_counting

# ---- recordings whose times are known

"$tacho" stat -r 10 -e page-faults:u --save "$tmp/stat.rec" true 2>/dev/null
sed '1s/"optimisation":[^,]*/"optimisation":"optimised"/' "$tmp/stat.rec" \
	>"$tmp/base.rec"

# fabricate FILE MS [STOLEN]: 10 runs of so many milliseconds and a little more,
# which nothing has disturbed but the first STOLEN
fabricate() {
	awk -v ms="$2" -v stolen="${3:-0}" '
	NR > 1 && /"run"/ {
		ns = ms * 1000000 + (NR * 7919) % 101 * 1000
		sub(/"wall_ns":[0-9]+/, sprintf("\"wall_ns\":%d", ns))
		sub(/"on_ns":[0-9]+/, sprintf("\"on_ns\":%d", ns))
		sub(/"main_wait_ns":[0-9]+/, "\"main_wait_ns\":0")
		sub(/"involuntary_switches":[0-9]+/, "\"involuntary_switches\":0")
		sub(/"has_steal":[a-z]+/, "\"has_steal\":true")
		sub(/"steal_ns":[0-9]+/, sprintf("\"steal_ns\":%d",
			NR - 1 <= stolen ? ns / 2 : 0))
	}
	{ print }' "$tmp/base.rec" >"$1"
}

# json PATH...: of $tmp/json, by python; "notes" joined by lines
json() {
	python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
for key in sys.argv[2:]:
    d = d[int(key)] if isinstance(d, list) else d[key]
print("\n".join(map(str, d)) if isinstance(d, list) else d)' "$tmp/json" "$@"
}

# compared ARGUMENTS...: the same as JSON
compared() {
	run diff --format json "$@"
	cp "$tmp/out" "$tmp/json"
}

old=$tmp/old.rec
new=$tmp/new.rec
fabricate "$old" 100
fabricate "$new" 105
fabricate "$tmp/same.rec" 100

run diff "$old"
is "one recording: 2" $status 2
has "one recording" "$err" "tacho report '$old'"
run diff --name a --name b --name c "$old" "$new"
is "more names than recordings: 2" $status 2

# ---- exit statuses

run diff "$old" "$new"
is "a difference without a limit: 0" "$status $err" "0 "
run diff --fail-if 'time > +2%' "$old" "$new"
is "a limit is passed: 3" $status 3
has "a limit is passed: why" "$err" \
	"--fail-if 'time > +2%' fails: time: +5.0"
run diff --fail-if 'time > +10%' "$old" "$new"
is "a limit holds: 0" "$status $err" "0 "
run diff --fail-if 'time < -2%' "$old" "$new"
is "worse is not better: 0" $status 0
run diff --fail-if 'wall > 2 %' "$old" "$tmp/same.rec"
is "no difference: 0" $status 0
sed -e '3,11d' -e 's/"runs":10/"runs":1/' "$new" >"$tmp/one.rec"
run diff --fail-if 'time > +2%' "$old" "$tmp/one.rec"
is "too few runs: 4" $status 4
has "too few runs: why" "$err" "cannot be told: time: at least 5 runs"
run diff --fail-if 'page-faults:u > +1%' --fail-if 'time > +2%' \
	--fail-if 'max_rss > 900%' "$old" "$new"
is "one of several limits is passed: 3" $status 3
run diff -o "$tmp/report" --format csv --fail-if 'time > +2%' "$old" "$new"
is "also into a file: 3" "$status $out" "3 "
check "the file is written" test -s "$tmp/report"
if [ -w /dev/full ]; then
	run diff --format csv --fail-if 'time > +2%' -o /dev/full "$old" "$new"
	is "a report that cannot be written: 1" $status 1
	has "a report that cannot be written: the limit is told" "$err" "fails"
fi

run diff --fail-if 'tme > 1%' "$old" "$new"
is "a limit of nothing: 2" "$status $out" "2 "
has "a limit of nothing: what is near" "$err" "'time'"
run diff --metric page-fault:u "$old" "$new"
is "a metric that there is not: 2" $status 2
has "a metric that there is not: what is near" "$err" "'page-faults:u'"
run diff -M no-such "$old" "$new"
is "a metric that nobody defines: 2" $status 2

# ---- what is shown

for format in text markdown html json; do
	run diff --format $format --fail-if 'time > +2%' "$old" "$new"
	has "$format has the limit and why it fails" "$out" "beyond +2 %"
done
run diff --format csv --fail-if 'time > +2%' "$old" "$new"
has "csv has the limit" "$out" "'time > +2%' fail"
run diff -x ';' "$old" "$new"
has "-x chooses the separator" "$out" "quantity;unit;"
run diff --all "$old" "$old"
has "--all shows what is the same" "$out" "page-faults:u"
run diff --color always "$old" "$new"
has "--color" "$out" "$(printf '\033')"

if have_python; then
	compared --fail-if 'time > +2%' "$old" "$new"
	is "JSON has the limit's answer" "$(json gates 0 answer)" "fail"
	is "the first line is about time" "$(json metric)" "time"
	has "one after the other" "$(json notes)" "drift in between"
	is "files name them" "$(json subjects 0 name) $(json subjects 1 name)" \
		"old new"
	compared --name x --metric max_rss "$old" "$new"
	is "--name" "$(json subjects 0 name) $(json subjects 1 name)" "x new"
	is "--metric" "$(json metric)" "max_rss"
	mkdir -p "$tmp/a" "$tmp/b"
	cp "$old" "$tmp/a/x.rec"
	cp "$new" "$tmp/b/x.rec"
	compared "$tmp/a/x.rec" "$tmp/b/x.rec"
	is "folders name them" \
		"$(json subjects 0 name) $(json subjects 1 name)" "a/x.rec b/x.rec"
	compared "$old" "$old"
	is "the same twice" \
		"$(json subjects 0 name) $(json subjects 1 name)" "old old (2)"
	sed '1s/"command":\["true"/"command":["\/x\/fast"/' "$new" \
		>"$tmp/fast.rec"
	compared "$old" "$tmp/fast.rec"
	is "programs name them" \
		"$(json subjects 0 name) $(json subjects 1 name)" "true fast"
	compared "$old" "$new" "$tmp/same.rec"
	is "three" "$status $(json subjects 2 name)" "0 same"
	is "one that is the same" \
		"$(json quantities 0 results 1 mark)" "no difference"
else
	skip "what is shown" "no python3 to read JSON with"
fi

# ---- are they comparable?

# changed SED PART: what is said of the two when the second was changed so
changed() {
	sed "1$1" "$new" >"$tmp/changed.rec"
	run diff --format json "$old" "$tmp/changed.rec"
	has "told: $2" "$out" "$2"
}
changed 's/"cpu":"[^"]*"/"cpu":"GenuineIntel 6\/143 step 8"/' \
	"do not compare: different CPUs"
changed 's/"kernel":"[^"]*"/"kernel":"Linux 2.4"/' "different kernels"
changed 's/"optimisation":"[^"]*"/"optimisation":"unoptimised"/' \
	"do not compare: one program is"
changed 's/"host":"[^"]*"/"host":"elsewhere"/' "different machines"
changed 's/"aslr":[^,]*/"aslr":"none"/' "and 'none', which may be why"
sed '1s/"directory":"[^"]*"/"directory":"\/else"/' "$new" >"$tmp/changed.rec"
for format in text markdown; do
	run diff --format $format "$old" "$tmp/changed.rec"
	hasnt "$format: what matters little" "$out" "directories"
	run diff --all --format $format "$old" "$tmp/changed.rec"
	# markdown has a backslash before what it would read as its own
	has "$format: with --all it is told" \
		"$(echo $out | tr -d '\\')" \
		"old and changed: different working directories: '$(pwd)' and '/else'"
done
sed '2s/"wait_status":0/"wait_status":256/' "$new" >"$tmp/changed.rec"
run diff --format json "$old" "$tmp/changed.rec"
has "told: runs that failed" "$out" "1 of 10 runs of changed ended with"

# ---- counted in other ways

sed '/"run"/s/{"raw"/{"user_only":true,"raw"/' "$new" >"$tmp/user.rec"
sed 's/"page-faults:u"/"page-faults"/g' "$new" >"$tmp/all.rec"
sed 's/"page-faults:u"/"page-faults"/g' "$tmp/user.rec" >"$tmp/part.rec"
run diff --fail-if 'page-faults > +900%' "$tmp/all.rec" "$tmp/part.rec"
is "user mode against both: 4" $status 4
has "user mode against both: why" "$err" "counted in different ways"
has "user mode against both is told" "$out" "in user mode alone on one side"
run diff --fail-if 'page-faults > +900%' "$tmp/part.rec" "$tmp/part.rec"
is "user mode on both sides: 0" $status 0

# ---- disturbed runs

fabricate "$tmp/stolen.rec" 105 2
run diff --format json "$old" "$tmp/stolen.rec"
has "disturbed runs are told" "$out" "disturbed (steal): 2 of 10 runs of stolen"
run diff --format json --drop-disturbed "$old" "$tmp/stolen.rec"
has "--drop-disturbed says how many" "$out" \
	"left out, because disturbed (steal): 2 of 10"
fabricate "$tmp/stolen.rec" 105 8
run diff --format json --drop-disturbed --fail-if 'time > 2%' "$old" \
	"$tmp/stolen.rec"
has "most of them dropped" "$out" "leaves no fair sample"
is "most of them dropped: too few are left to tell: 4" $status 4

# ---- one file of several that took turns

# turns FILE INDEX NAME
turns() {
	awk -v at="$2" -v name="$3" '
	NR == 1 {
		sub(/}$/, ",\"compared\":{\"name\":\"" name "\",\"index\":" at \
			",\"total\":2,\"seed\":5}}")
	}
	NR > 1 && /"run"/ {
		sub(/}$/, ",\"block\":" NR - 2 ",\"position\":" at "}")
	}
	{ print }' "$1"
}
{
	turns "$old" 0 before
	turns "$new" 1 after
} >"$tmp/both.rec"
compared "$tmp/both.rec"
is "one file with two: 0" $status 0
if have_python; then
	is "one file: its own names" \
		"$(json subjects 0 name) $(json subjects 1 name)" "before after"
	is "one file: runs took turns" "$(json paired) $(json seed)" "True 5"
	hasnt "one file: not one after the other" "$(json notes)" "drift"
	compared "$tmp/both.rec" "$old"
	is "blocks of one file are none of another's" "$(json paired)" "False"
fi
head -n 12 "$tmp/both.rec" >"$tmp/cut.rec"
run diff "$tmp/cut.rec"
is "one file with one of two: 1" $status 1

# ---- damage

size=$(wc -c <"$new")
broken=0
for part in 1 2 3 4 5 6 7 8 9 10 11 12; do
	head -c $((size * part / 13)) "$new" >"$tmp/cut.rec"
	run diff "$old" "$tmp/cut.rec"
	[ $status -eq 1 ] && [ -n "$err" ] || broken=$((broken + 1))
done
is "cut files: 1, with a reason" $broken 0
sed '1s/"tacho-recording":1/"tacho-recording":9/' "$new" >"$tmp/newer.rec"
run diff "$old" "$tmp/newer.rec"
is "a newer version: 1" $status 1
has "a newer version" "$err" "newer tacho"

if have_python; then
	"$tacho" compare -r 6 -e page-faults,task-clock --baseline "$old" \
		--save "$tmp/three.rec" -o /dev/null true 'true x'
	is "damaged files harm nobody, in any format" "$(python3 \
		"$srcdir/tests/cli/damage.py" "$tacho" 1 40 "$tmp" \
		"$tmp/both.rec" "$tmp/three.rec" 2>&1)" ""
else
	skip "damaged files harm nobody, in any format" "no python3"
fi

# ---- simulations

if command -v valgrind >/dev/null; then
	for rounds in 100000 100000 102000; do
		"$tacho" stat --source=cachegrind -r 2 --save "$tmp/next.rec" \
			-o /dev/null -- "$top/tests/cli/rounds" $rounds
		mv "$tmp/next.rec" "$tmp/sim$((n = n + 1)).rec"
	done
	run diff --fail-if 'instructions > +0%' "$tmp/sim1.rec" "$tmp/sim2.rec"
	is "the same simulated twice: 0" "$status $err" "0 "
	run diff --fail-if 'instructions > +1%' "$tmp/sim1.rec" "$tmp/sim3.rec"
	is "2 % more rounds: 3" $status 3
	has "2 % more rounds are exact" "$err" "exact, beyond +1 %"
	run diff --fail-if 'instructions > +1%' "$old" "$tmp/sim1.rec"
	is "counted against simulated: 4" $status 4
	has "counted against simulated: why" "$err" "by 'perf', the other by"
	run diff --format json "$old" "$tmp/sim1.rec"
	has "counted against simulated is told" "$out" \
		"do not compare: different counter sources"
	run diff --format json "$tmp/sim1.rec" "$tmp/sim2.rec"
	has "a simulation is about instructions" "$out" \
		'"metric": "instructions"'
else
	skip "simulations" "no valgrind here"
fi

tap_done
