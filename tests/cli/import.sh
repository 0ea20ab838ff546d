#!/bin/sh
# Metrics and events from JSON files, counted: software events, which are there
# without a PMU, under names that only the file has.
. "${srcdir:-.}/tests/cli/lib.sh"
need_counting

mkdir "$tmp/events"
cat >"$tmp/events/a.json" <<'EOF'
[
  {"EventName": "MY.FAULTS", "Unit": "software", "ConfigCode": "0x2",
   "BriefDescription": "Page faults under a vendor's name."},
  {"MetricName": "Fault_Rate", "MetricGroup": "Faults;Other",
   "MetricExpr": "MY.FAULTS / duration_time / 1000", "ScaleUnit": "1K/s"},
  {"MetricName": "Half", "MetricGroup": "Faults", "ScaleUnit": "100%",
   "MetricExpr": "my.faults / (MY.FAULTS + software@MY.FAULTS@)"},
  {"MetricName": "Broken", "MetricExpr": "MY.FAULTS +"},
  {"MetricName": "Elsewhere", "MetricExpr": "NO.SUCH / MY.FAULTS",
   "MetricGroup": "Faults"},
  {"MetricName": "Sources", "MetricGroup": "Other",
   "MetricExpr": "source_count(MY.FAULTS) + #core_wide * 10"},
  {"MetricName": "Settled", "MetricGroup": "Other",
   "MetricExpr": "MY.FAULTS / MY.FAULTS if #num_cpus > 0 else NO.SUCH"},
  {"EventName": "ODD", "EventCode": "twelve"}
]
EOF
cat >"$tmp/perfmon.json" <<'EOF'
{"Header": {},
 "Metrics": [
  {"MetricName": "Percentage", "UnitOfMeasure": "percent",
   "Events": [{"Name": "MY.FAULTS", "Alias": "a"}],
   "Constants": [{"Name": "20", "Alias": "b"}],
   "Formula": "100 * a / (a * b)"}
 ]}
EOF
printf '[\n {"MetricName": \n' >"$tmp/broken.json"

# value_of NAME: in $tmp/json
value_of() {
	sed -n '/^ *{"name": "'"$1"'"/s/.*"value": \([^,]*\),.*/\1/p' "$tmp/json"
}

run stat --events "$tmp/events" --events "$tmp/perfmon.json" --format json \
	-o "$tmp/json" -M Faults,Other,Percentage "$victim" touch 1000
is "imported metrics are counted" "$status" 0
json=$(cat "$tmp/json")
within "an imported event counts" "$(value_of MY.FAULTS)" 1000 2000
is "so does its name as a term, in any case" "$(value_of Half)" 50
is "perfmon's letters are put in, and a percentage is one" \
	"$(value_of Percentage)" 5
is "one PMU counts it, for a command" "$(value_of Sources)" 1
is "what this machine decides against needs no event" \
	"$(value_of Settled)" 1
has "an event that is not here is a reason" "$json" \
	"\"value\": null, \"state\": \"absent\", \"reason\": \"it needs 'NO.SUCH'"
has "a formula that is wrong is named with line and column" "$json" \
	"a.json:8: [metric Broken]: formula: column 12: expected"
has "an entry that cannot be used is counted" "$json" \
	"a.json: 1 entry: the kernel has no spelling for it (ODD)"

run stat --events "$tmp/events" -M Fault_Rate true
has "its unit is that of the file" "$out$err" "K/s  Fault_Rate"

run stat --events "$tmp/events" -e my.faults:u true
has "a name is found by -e" "$out$err" "my.faults:u"

run list --events "$tmp/perfmon.json" -v Percentage
has "list shows the formula in our spelling" "$out" \
	'100 * "MY.FAULTS" / ("MY.FAULTS" * 20) * 0.01'

run stat --events "$tmp/broken.json" touch "$tmp/ran"
isnt_run=$([ -e "$tmp/ran" ] && echo "it ran")
is "what is no JSON ends the program before the command" \
	"$status$isnt_run" 2
has "and is named with its line" "$err" "broken.json:3: not JSON"

mkdir -p "$tmp/home/tacho/events"
cp "$tmp/broken.json" "$tmp/events/a.json" "$tmp/home/tacho/events"
XDG_CONFIG_HOME=$tmp/home
export XDG_CONFIG_HOME
run stat -M Sources true
is "in one's own directory it is left out" "$status" 0
has "with a warning" "$out$err" "broken.json:3: not JSON"
has "and the rest is there" "$out$err" "Sources"

tap_done
