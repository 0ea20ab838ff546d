#!/bin/sh
# --source=cachegrind: the same numbers every time, all processes, and nothing
# left behind.
. "${srcdir:-.}/tests/cli/lib.sh"
rounds=$top/tests/cli/rounds

# ---- what needs no valgrind

mkdir "$tmp/empty"
PATH=$tmp/empty "$tacho" stat --source=cachegrind "$rounds" 1 2>"$tmp/err"
status=$?
err=$(cat "$tmp/err")
is "without valgrind: 1" $status 1
has "without valgrind the package is named" "$err" "install the package 'valgrind'"
is "without valgrind there are two lines" "$(wc -l <"$tmp/err")" 2

usage_error "no such source" "not auto, perf or cachegrind" --source=callgrind
usage_error "caches of a real machine" "for --source=cachegrind" \
	--cache-sizes D1=32K,8,64
usage_error "a cache that cannot be" "--cache-sizes" --source=cachegrind \
	--cache-sizes D1=32K,8,48
usage_error "--per-process of a command" "--source=cachegrind" --per-process
for with in "-p $$:attach" "-t $$:attach" "-a:not the machine" \
	"-C 0:not the machine" "-I 100:when the command has ended" \
	"-D 10:switched" "--control fd:0:switched" "--per-thread:--per-process" \
	"-x ,:simulated" "-j:simulated" "--plan:at the same time" \
	"-n:nothing is simulated" "-r 2 --per-process:identical"; do
	# shellcheck disable=SC2086 # options and their values
	usage_error "not with ${with%:*}" "${with##*:}" --source=cachegrind \
		${with%:*}
done

if ! command -v valgrind >/dev/null; then
	skip "simulated counts" "no valgrind to simulate with"
	tap_done
	exit
fi

# files of a simulation go there; it must be empty whenever none runs
TMPDIR=$tmp/files
mkdir "$TMPDIR"
export TMPDIR
left() {
	ls -A "$TMPDIR"
}
has_begun() {
	ls "$TMPDIR"/*/log.* >/dev/null
}
nothing_left() {
	[ -z "$(left)" ]
}

# simulate ARGUMENTS...: a report as JSON in $tmp/report
simulate() {
	run stat --source=cachegrind --format json -o "$tmp/report" "$@"
}
value() {
	json_field "$tmp/report" "$1" value
}

# ---- known answers

sum_of() {
	simulate -e instructions,branches "$@"
	echo "$(value instructions) $(value branches)"
}
# shellcheck disable=SC2046 # two numbers
{
	set -- $(sum_of "$rounds" 1000000) $(sum_of "$rounds" 3000000)
	is "two million rounds are four million instructions" $(($3 - $1)) \
		4000000
	is "and two million branches" $(($4 - $2)) 2000000
	within "what comes on top is little" $(($1 - 2000000)) 1000 400000
	set -- $(sum_of "$rounds" 1000000 fork 2000000) \
		$(sum_of "$rounds" 1000000 fork 5000000) \
		$(sum_of "$rounds" 4000000 fork 5000000)
	is "a forked child is counted" $(($3 - $1)) 6000000
	is "what its parent did before is counted once" $(($5 - $3)) 6000000
}
has "that a child was only forked is said" "$(cat "$tmp/report")" "was forked"

# ---- repeats

simulate -r 3 --warmup 1 "$rounds" 1000
is "repeats: status" $status 0
is "repeats are identical" \
	"$(grep -c '"stddev": 0,.*"state"\|"state": "ok".*"stddev": 0,' \
		"$tmp/report")" \
	"$(grep -c '"state": "ok"' "$tmp/report")"
within "and there are many" "$(grep -c '"state": "ok"' "$tmp/report")" 20 60
first=$(grep '"samples"' "$tmp/report" | grep simulated)
simulate -r 3 "$rounds" 1000
is "so are those of another invocation" \
	"$(grep '"samples"' "$tmp/report" | grep simulated)" "$first"
valid_json "the JSON is whole" "$tmp/report"

# ---- processes

printf '%s\n' 'exec 2>/dev/null' "'$rounds' 1000" "'$rounds' 2000 & wait" \
	>"$tmp/script"
simulate --per-process -e instructions sh "$tmp/script"
is "each process has a row" \
	"$(sed -n 's/^ *{"comm": "\([^"]*\)".*/\1/p' "$tmp/report" | sort |
		uniq -c | tr -s ' ' | tr '\n' ';')" " 2 rounds; 1 sh;"
sum=0
for n in $(sed -n 's/.*"name": "instructions".*"value": \([0-9]*\),.*/\1/p' \
	"$tmp/report"); do
	sum=$((sum + n))
done
simulate -e instructions sh "$tmp/script"
# a shell that waits does not always do the same
within "the rows add up to the total" "$(value instructions)" \
	$((sum - 5000)) $((sum + 5000))
simulate -i -e instructions sh "$tmp/script"
within "-i: the first process alone" "$(value instructions)" 1000 $((sum / 2))
run stat --source=cachegrind --per-process -e Ir,cycles "$rounds" 1
has "rows in text" "$err" "rounds-"
run stat --per-process -p $$ -e page-faults:u true
[ $status -ne 0 ] || has "--per-process -p" "$err" "-$$ "

# ---- what is said

if [ -d /sys/bus/event_source/devices/cpu ] ||
	ls -d /sys/bus/event_source/devices/armv8* >/dev/null 2>&1; then
	skip "where nothing counts" "this machine has a core PMU"
else
	run stat "$rounds" 1
	has "where nothing counts, this is named" "$err" \
		"'tacho stat --source=cachegrind' simulates"
	run stat -e cycles "$rounds" 1
	has "also where nothing was started" "$err" \
		"'tacho stat --source=cachegrind' simulates"
	run stat --timeout 10 -p $$
	hasnt "not where nothing can be simulated" "$err" cachegrind
	PATH=$tmp/empty "$tacho" stat "$rounds" 1 2>"$tmp/err"
	has "and what it needs" "$(cat "$tmp/err")" \
		"it needs the package 'valgrind'"
fi

run stat --source=cachegrind --cache-sizes D1=16K,4,32:LL=3M,16,64 \
	-e instructions,cycles,cache-misses "$rounds" 1
has "the heading" "$err" "Simulated counter stats for"
has "who simulated what" "$err" "D1 16K, 4-way; LL 3M, 12-way"
has "a cache that cannot be as it is" "$err" "LL is 3M, 16-way"
has "the reason of what lacks" "$err" "simulated counters have no cycles"
has "the times are not the program's" "$err" "time elapsed, simulating"
hasnt "no hint to where we are" "$err" "--source=cachegrind"
run stat --source=cachegrind --format csv -e instructions "$rounds" 1
has "CSV has the source" "$err" ",cachegrind"
has "and no share of a time" "$err" ",0,0,,ok,"
run stat --source=cachegrind --format markdown -e instructions "$rounds" 1
has "markdown has it in the heading" "$err" ", simulated by cachegrind"
simulate -e cycles touch "$tmp/ran"
is "nothing that can be simulated: 1" $status 1
check "then the command was not started" test ! -e "$tmp/ran"
simulate -M topdown touch "$tmp/ran"
has "no formula that can be simulated: why" "$err" \
	"frontend_bound, fetch_latency"
has "no formula that can be simulated: that is why" "$err" \
	"simulated counters cannot tell it"

simulate -e Ir -M estimated_cycles,ipc "$rounds" 1
is "a metric brings its events" "$(value L1-dcache-stores | grep -c '^[0-9]')" 1
has "a metric that cannot be simulated has the reason" \
	"$(grep '"name": "ipc"' "$tmp/report")" "simulated counters have no cycles"
simulate -M branch_mpki "$rounds" 1
is "-M alone counts what it needs" \
	"$(sed -n 's/^ *{"name": "\([^"]*\)".*"raw".*/\1/p' "$tmp/report" |
		sort | tr '\n' ' ')" "branch-misses instructions "
run stat --source=cachegrind -M memory "$rounds" 3000000
has "the verdict of -M has all that the simulation knows" "$err" \
	"compute-bound (estimated)"
hasnt "which is not shown" "$err" "L1-icache-load-misses"
run stat --source=cachegrind -e instructions "$rounds" 3000000
has "so has that of -e" "$err" "compute-bound (estimated)"
hasnt "and what is computed from it is not shown, either" "$err" \
	"instructions             #"

# ---- the command is itself

run stat --source=cachegrind -o /dev/null sh -c 'echo out; echo err >&2'
is "its output is its own" "$out" out
is "its errors are its own" "$err" err
echo in >"$tmp/in"
run stat --source=cachegrind -o /dev/null cat <"$tmp/in"
is "its input is its own" "$out" in
for n in 0 3 127 255; do
	run stat --source=cachegrind -o /dev/null sh -c "exit $n"
	is "a command that ends with $n" $status $n
done
for s in TERM:15 SEGV:11 KILL:9; do
	run stat --source=cachegrind -o /dev/null sh -c "kill -${s%:*} \$\$"
	is "a command killed by SIG${s%:*}" $status $((128 + ${s#*:}))
done
run stat --source=cachegrind "$tmp/none"
is "no such file: 127" $status 127
PATH=/usr/bin:/bin run stat --source=cachegrind tacho-no-such-command
is "no such command: 127" $status 127
has "no such command is said" "$err" "command not found"
run stat --source=cachegrind "$tmp"
is "a directory: 126" $status 126
cp "$rounds" "$tmp/other-user" && chmod u+s "$tmp/other-user"
run stat --source=cachegrind "$tmp/other-user" 1
is "setuid: 126" $status 126
has "setuid: why" "$err" "valgrind runs no program that changes its user"
# the class of the other width
cp "$rounds" "$tmp/foreign"
printf '\001' | dd of="$tmp/foreign" bs=1 seek=4 conv=notrunc 2>/dev/null
run stat --source=cachegrind "$tmp/foreign"
is "what valgrind cannot run: 126" $status 126
has "what valgrind cannot run: both say so" "$err" "valgrind did not run"
VALGRIND_OPTS=--tool=none run stat --source=cachegrind -e Ir "$rounds" 1
is "VALGRIND_OPTS changes nothing" $status 0

# ---- and nothing stays

is "no file stays" "$(left)" ""
simulate --timeout 300 sleep 100
is "--timeout: status" $status 0
within "--timeout: counted until then" "$(value instructions)" 1000 10000000
is "--timeout: no file stays" "$(left)" ""
for s in TERM HUP; do
	"$tacho" stat --source=cachegrind -e Ir sleep 100 2>"$tmp/err" &
	pid=$!
	started $pid
	until_true has_begun
	kill -$s $pid
	wait $pid
	has "SIG$s: what was counted is shown" "$(cat "$tmp/err")" "Ir"
	is "SIG$s: no file stays" "$(left)" ""
done
"$tacho" stat --source=cachegrind -e Ir sleep 100 2>"$tmp/err" &
pid=$!
started $pid
until_true has_begun
kill -KILL "$(pgrep -P $pid)"
wait $pid
is "valgrind is killed: 128 + 9" $? 137
has "valgrind is killed: that is said" "$(cat "$tmp/err")" "was killed before"
is "valgrind is killed: no file stays" "$(left)" ""

# what goes on without the command may still start programs
simulate sh -c "(sleep 1; '$rounds' 1; echo went on >'$tmp/went') & exit 0"
has "who still runs is named" "$(cat "$tmp/report")" "still ran"
check "who still runs goes on" until_true test -s "$tmp/went"
check "when it has ended, no file stays" until_true nothing_left

tap_done
