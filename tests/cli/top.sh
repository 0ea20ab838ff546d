#!/bin/sh
# tacho top -b: rows of this machine and of a recording, in every format; what
# ends it, and what it refuses.
. "${srcdir:-.}/tests/cli/lib.sh"

incident=$srcdir/tests/recordings/incident.ticks
XDG_CONFIG_HOME=$tmp/config
export XDG_CONFIG_HOME

# ---- a terminal or -b

run top
is "without a terminal: 2" $status 2
has "without a terminal" "$err" "a live screen needs a terminal"
has "the other way is told" "$err" "tacho top -b"
if command -v script >/dev/null; then
	out=$(TERM=dumb script -qec "$tacho top -n 1" /dev/null </dev/null)
	status=$?
	is "a dumb terminal: 2" $status 2
	has "a dumb terminal" "$out" "TERM=dumb"
else
	skip "a dumb terminal" "no script(1)"
fi

# ---- this machine

sh -c 'while :; do :; done' </dev/null &
busy=$!
started $busy
sleep 1000 &
idle=$!
started $idle

# field KEY: of the first row of the last tick in $out, as JSON
field() {
	printf '%s\n' "$out" | python3 -c '
import json, sys
row = json.loads(sys.stdin.read().splitlines()[-1])["rows"][0]
value = row
for part in sys.argv[1].split("."):
    value = value.get(part, {}) if isinstance(value, dict) else value
print(value if isinstance(value, str) else json.dumps(value))' "$1"
}

run top -b -n 1 -d 0.3 --screen software -p $busy,$idle
is "two processes: 0" $status 0
is "two processes: no complaint" "$err" ""
has "the one that runs" "$out" "while :; do :; done"
has "the one that sleeps" "$out" "sleep 1000"
is "and no other" "$(printf '%s\n' "$out" | grep -c '^ [ 0-9]*[0-9] ')" 2
run top -b -n 1 -d 0.2 --screen software -p $busy,$idle --hide-idle
hasnt "--hide-idle" "$out" "sleep 1000"
run top -b -n 1 -d 0.2 --screen software --filter 'sleep 100[0]$'
is "--filter" "$(printf '%s\n' "$out" | grep -c '^ [ 0-9]*[0-9] ')" 1
run top -b -n 2 -d 0.1 --limit 3 --columns pid,command
is "--limit, in each tick" "$(printf '%s\n' "$out" | grep -c '^ [ 0-9]*[0-9] ')" 6
sh -c 'while :; do :; done; : '"$(printf '%0300d' 0)"'
end' </dev/null &
long=$!
started $long
run top -b -n 1 -d 0.1 --columns pid,command -p $long --ascii
is "a long command is cut at 200 columns" \
	"$(printf '%s\n' "$out" | awk '/while/ { print length }')" 200
has "a mark is where it was cut" "$out" "000..000"
has "its end is there, with a space for the end of a line" "$out" "000 end"
run top -b -n 1 -d 0.1 --columns pid,command -p $long --wide
has "--wide" "$out" "; : $(printf '%0300d' 0) end"
run top --wide
has "--wide without -b" "$err" "--wide is for -b"
kill $long
run top -b -n 1 -d 0.1 --screen software --by user
has "--by user" "$out" "$(id -un)"
run top -b -n 1 -d 0.1 -H --columns pid,comm -p $busy
has "-H shows threads by number" "$out" TID

if have_python; then
	run top -b -n 1 -d 0.5 --format json --columns cpu,pid,state -p $busy
	is "its number" "$(field pid)" $busy
	is "its user" "$(field user)" "$(id -un)"
	within "its CPU time in percent" \
		"$(field columns.cpu | sed 's/\..*//')" 5 101
	run top -b -n 1 -d 0.2 --format json --columns cpu,ipc -p $idle
	is "who sleeps has no IPC" "$(field columns.ipc)" null
	case $(field absent.ipc) in
	idle | nothing | unsupported) pass "and it says why" ;;
	*) fail "and it says why" "$(field absent.ipc)" ;;
	esac
fi

run top -b -p 4999999 -n 1
is "no such process: 2" $status 2
has "no such process" "$err" 4999999
run top -b -G no/such/group -n 1
is "no such cgroup: 2" $status 2

# ---- ways to count

name="who may not count CPUs counts tasks"
level=$(cat /proc/sys/kernel/perf_event_paranoid 2>/dev/null || echo -1)
if [ "$(id -u)" != 0 ] || [ "$level" -lt 1 ]; then
	skip "$name" "needs root, to become a user who may not count CPUs"
elif ! setpriv --reuid=65534 --regid=65534 --clear-groups \
	env "$tacho" --version >/dev/null 2>&1; then
	skip "$name" "nobody cannot run $tacho"
else
	# nobody TOP_OPTIONS
	nobody() {
		out=$(setpriv --reuid=65534 --regid=65534 --clear-groups \
			env HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent \
			"$tacho" top -b -n 1 -d 0.1 --columns pid,page-faults \
			--limit 1 "$@" 2>&1)
		status=$?
	}
	nobody
	has "$name" "$out" "collector tasks:"
	nobody --collector bpf
	within "and is told why not by CPU" "$status" 1 2
	has "with what to do" "$out" "  try: "
fi

# ---- what ends it

"$tacho" top -b -d 0.1 --columns pid --save "$tmp/int.ticks" \
	>"$tmp/int.out" 2>"$tmp/int.err" &
pid=$!
started $pid
check "it begins" until_true grep -q PID "$tmp/int.out"
kill -INT $pid
wait $pid
is "SIGINT ends it as -n does" $? 0
is "and it has nothing to say" "$(cat "$tmp/int.err")" ""
run top -b --replay "$tmp/int.ticks"
is "what it saved is whole" $status 0
has "and has rows" "$out" PID
# the same rows again, but for what is of the terminal
run top -b -n 2 -d 0.1 --screen software --format csv --save "$tmp/x.ticks"
cp "$tmp/out" "$tmp/was.csv"
run top -b --screen software --format csv --replay "$tmp/x.ticks"
is "a recording shows the rows that were shown" \
	"$(diff "$tmp/was.csv" "$tmp/out")" ""
"$tacho" top -b -n 1 -d 0.1 >/dev/full 2>"$tmp/err"
is "a full disk: 1" $? 1
has "a full disk" "$(cat "$tmp/err")" "No space left"
run top -b -n 1 -d 0.1 -o "$tmp/file" --columns pid
is "-o: nothing else on standard output" "$out" ""
has "-o" "$(cat "$tmp/file")" PID
run top -b -n 1 -o "$tmp/none/file"
is "-o where no folder is: 1" $status 1

# ---- screens of one's own

mkdir -p "$tmp/config/tacho/events"
cat >"$tmp/config/tacho/events/my.screens" <<'END'
[screen mine]
title   = My own
columns = pid, cpu, page-faults, command
sort    = pid
END
run top -b -n 1 -d 0.1 --screen mine -p $busy
is "a screen of one's own: 0" $status 0
has "with an event" "$out" "PAGE-FAUL"
run top --list-screens
has "it is listed" "$out" "pid,cpu,page-faults,command"
cat >"$tmp/config/tacho/events/my.screens" <<'END'
[screen mine]
columns = pid, cpuu
[screen other]
colums  = pid
END
run top -b -n 1 -d 0.1 --screen mine
is "a column that is none: 2" $status 2
has "a column that is none, with its place" "$err" "my.screens:2: [screen mine]"
has "and what is near" "$err" "'cpu'"
run top -b -n 1 -d 0.1 --screen overview -p $busy
is "broken screens spoil no other: 0" $status 0
has "but are told" "$err" "my.screens:4: a screen has no key 'colums'"
rm -r "$tmp/config"

# ---- formats

if have_python; then
	cat >"$tmp/lines.py" <<'END'
import json, sys
try:
    import jsonschema
    schema = json.load(open(sys.argv[1]))
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema).validate
except ImportError:
    check = lambda doc: None
n = 0
for line in open(sys.argv[2]):
    doc = json.loads(line, parse_constant=lambda c: 1 / 0)
    check(doc)
    for row in doc["rows"]:
        for key, value in row["columns"].items():
            absent = row.get("absent", {})
            assert (value is None) == (key in absent), (key, row)
    n += 1
assert n == int(sys.argv[3]), n
END
	cat >"$tmp/read_csv.py" <<'END'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], newline=""), strict=True))
assert len(set(rows[0])) == len(rows[0]), rows[0]
for row in rows[1:]:
    assert len(row) == len(rows[0]), row
assert len(rows) > 1
END
	# valid NAME TICKS OPTIONS...
	valid() {
		valid_name=$1
		valid_n=$2
		shift 2
		run top -b --format json "$@"
		check "$valid_name: JSON" python3 "$tmp/lines.py" \
			"$srcdir/doc/tacho-top.schema.json" "$tmp/out" "$valid_n"
		run top -b --format csv "$@"
		check "$valid_name: CSV" python3 "$tmp/read_csv.py" "$tmp/out"
	}
	for screen in memory branch tlb topdown software; do
		run top -b -n 1 -d 0.1 --screen $screen
		is "$screen" "$status $err" "0 "
	done
	valid "threads" 2 -n 2 -d 0.1 -H --screen software
	valid "cgroups" 1 -n 1 -d 0.1 --by cgroup
	valid "a recording" 20 --replay "$incident" --screen topdown --tree
	valid "what has ended" 20 --replay "$incident" --keep-dead 5
	# a name may be anything
	cp /bin/sleep "$tmp/$(printf 'a"b\\\033[1m\377')" 2>/dev/null &&
		"$tmp/$(printf 'a"b\\\033[1m\377')" 1000 &
	odd=$!
	started $odd
	valid "a name with odd bytes" 1 -n 1 -d 0.2 --columns comm,command
	run top -b -n 1 -d 0.2 --columns comm,command --filter '1000$'
	hasnt "text does not obey them" "$out" "$(printf '\033')"
fi

tap_done
