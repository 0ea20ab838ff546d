#!/bin/sh
# JSON is valid and follows its schema, CSV parses, and both say the same.
. "${srcdir:-.}/tests/cli/lib.sh"
need_counting
have_python || skip_all "no python3 to read the formats with"

cat >"$tmp/schema.py" <<'END'
import json, sys
import jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.Draft202012Validator(schema).validate(json.load(open(sys.argv[2])))
END
cat >"$tmp/keys.py" <<'END'
import json, sys
doc = json.load(open(sys.argv[1]))
for key in "schema tacho command machine runs events metrics".split():
    assert key in doc, key
for event in doc["events"]:
    for key in "name unit value raw enabled_ns running_ns state".split():
        assert key in event, (key, event)
    if event["state"] in ("ok", "scaled"):
        assert isinstance(event["value"], (int, float)), event
    else:
        assert event["value"] is None, event
if doc["repeats"] > 1:
    for event in doc["events"]:
        if event["value"] is None:
            continue
        for key in "mean median stddev min max ci95 samples".split():
            assert key in event, (key, event)
        assert len(event["samples"]) == doc["repeats"], event
END
cat >"$tmp/read_csv.py" <<'END'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], newline=""), strict=True))
head = rows[0]
assert len(set(head)) == len(head), head
for row in rows[1:]:
    assert len(row) == len(head), row
    row = dict(zip(head, row))
    assert row["kind"] in ("event", "metric", "time"), row
    for key in "value raw enabled_ns running_ns running_pct".split():
        row[key] and float(row[key])
END
schema=$srcdir/doc/tacho-stat.schema.json

# valid NAME OPTIONS... COMMAND
valid() {
	valid_name=$1
	shift
	"$tacho" stat --format json -o "$tmp/json" "$@" \
		>/dev/null 2>"$tmp/err"
	valid_json "$valid_name: JSON" "$tmp/json"
	check "$valid_name: keys" python3 "$tmp/keys.py" "$tmp/json"
	if [ ! -e "$schema" ]; then
		skip "$valid_name: schema" "no doc/tacho-stat.schema.json"
	elif ! python3 -c 'import jsonschema' 2>/dev/null; then
		skip "$valid_name: schema" "python3 has no jsonschema"
	else
		check "$valid_name: schema" python3 "$tmp/schema.py" \
			"$schema" "$tmp/json"
	fi
	"$tacho" stat --format csv -o "$tmp/csv" "$@" >/dev/null 2>"$tmp/err"
	check "$valid_name: CSV" python3 "$tmp/read_csv.py" "$tmp/csv"
	"$tacho" stat -j -o "$tmp/pj" "$@" >/dev/null 2>"$tmp/err"
	check "$valid_name: each line of -j is JSON" python3 -c '
import json, sys
for line in open(sys.argv[1]):
    if line.strip() and line[0] != "#":
        json.loads(line, parse_constant=lambda c: 1 / 0)
' "$tmp/pj"
}

valid "the defaults" true
valid "software" -e task-clock,page-faults,cs true
valid "what is not there" -e cycles,page-faults:u true
valid "-n" -n true
valid "-n -r 3" -n -r 3 true
valid "-r 3" -r 3 -e page-faults:u,task-clock true
valid "-r 3, what is not there" -r 3 -e page-faults:u,cycles true
valid "-I" -I 10 -e page-faults:u,task-clock sleep 0.03
valid "-I --summary" -I 10 --summary -e page-faults:u sleep 0.03
valid "-I -r 2" -I 10 -r 2 -e page-faults:u sleep 0.02
valid "-D" -D 10 -e page-faults:u sleep 0.02
valid "a delay that is not over" -D 100000 -e page-faults:u true
valid "a command that fails" -e page-faults:u false
valid "a command that is killed" -e page-faults:u sh -c 'kill -9 $$'
valid "arguments with odd bytes" -e page-faults:u true \
	"$(printf 'a"b\\c\td\ne\001f')" "$(printf '\377\376')" 'é' ''
valid "groups and modifiers" -e '{page-faults:u,cs:u},faults:u' true
valid "-d -d -d" -d -d -d true
valid "--timeout" --timeout 20 -e page-faults:u sleep 10
valid "-p" -p $$ --timeout 10 -e page-faults:u
valid "--per-thread" --per-thread -p $$ --timeout 10 -e page-faults:u
if may_count_cpus; then
	for o in -a "-a -A" "-a --per-core" "-a --per-die" "-a --per-socket" \
		"-a --per-node" "-a -A -I 10" "-C 0 -A -r 2"; do
		# shellcheck disable=SC2086
		valid "$o" $o -e page-faults,task-clock,cs sleep 0.03
	done
	valid "-a --per-thread" -a --per-thread -e page-faults:u sleep 0.01
else
	skip "counting CPUs" "$no_cpus"
fi

# what was counted is in the name, wherever it was asked for
for f in text csv json markdown; do
	run stat --format $f -e '{page-faults,cs:u,faults}:uD' true
	has "the modifiers of a group as $f" "$err" page-faults:u
	has "beside an event's own as $f" "$err" cs:u
done
run stat -x, -e '{page-faults,faults}:u' true
has "the modifiers of a group as -x: not in perf's" "$err" ,,page-faults,

# the same run in two formats: what does not change from run to run
cat >"$tmp/same.py" <<'END'
import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
doc = json.load(open(sys.argv[2]))
ours = [(r["event"], r["unit"], r["state"], r["value"] == "") for r in rows
        if r["kind"] == "event"]
theirs = [(e["name"], e["unit"], e["state"], e["value"] is None)
          for e in doc["events"]]
assert ours == theirs, (ours, theirs)
ours = [(r["event"], r["metric"], r["unit"], r["state"]) for r in rows
        if r["kind"] == "metric"]
theirs = [(m["event"], m["name"], m["unit"], m["state"])
          for m in doc["metrics"]]
assert ours == theirs, (ours, theirs)
def faults(v): return int(float(v))
a = [r["value"] for r in rows if r["event"] == "page-faults:u"][0]
b = [e["value"] for e in doc["events"] if e["name"] == "page-faults:u"][0]
assert abs(faults(a) - faults(b)) <= 20, (a, b)
END
"$tacho" stat --format csv -o "$tmp/csv" -e task-clock,page-faults:u,cycles \
	"$victim" touch 1000
"$tacho" stat --format json -o "$tmp/json" -e task-clock,page-faults:u,cycles \
	"$victim" touch 1000
check "CSV and JSON say the same" python3 "$tmp/same.py" "$tmp/csv" "$tmp/json"
run stat --format yaml true
is "--format yaml: 2" $status 2
has "--format yaml names those that exist" "$err" "text, csv, json, markdown"
run stat --format json -x, true
is "two formats: 2" $status 2
tap_done
