#!/bin/sh
# --timeout, -D, -I and what goes with them.
. "${srcdir:-.}/tests/cli/lib.sh"
need_counting

# more FILE: seconds that the report says have passed, in milliseconds
elapsed_ms() {
	sed -n 's/^ *\([0-9]*\)\.\([0-9]\{3\}\).* seconds time elapsed.*/\1\2/p' \
		"$1" | sed 's/^0*\([0-9]\)/\1/'
}

run stat --timeout 50 -e page-faults:u sleep 100
is "--timeout: status 0" $status 0
has "--timeout reports" "$err" page-faults:u
within "--timeout is not early" "$(elapsed_ms "$tmp/err")" 49 5000
run stat --timeout 20000 -e page-faults:u sh -c 'exit 3'
is "--timeout does not keep a command that ends" $status 3
run stat --timeout 100 -I 20 -x, -e page-faults:u sleep 100
within "--timeout with -I" "$(grep -c page-faults:u "$tmp/err")" 1 6
for n in 1 3; do
	run stat -I 20 --interval-count $n -x, -e page-faults:u sleep 100
	is "--interval-count $n: status 0" $status 0
	is "--interval-count $n" "$(grep -c page-faults:u "$tmp/err")" $n
done
run stat -I 20 --interval-count 2 --summary -e page-faults:u sleep 100
is "--summary adds the total" "$(grep -c page-faults:u "$tmp/err")" 3
has "--summary has the times" "$err" "seconds time elapsed"
run stat -I 20 --interval-count 2 -e page-faults:u sleep 100
hasnt "no --summary, no total" "$err" "seconds time elapsed"
# the same reasons as without -I, whatever is missing on this machine
for e in "" "-e page-faults:u,cycles,page-faults:k"; do
	run stat $e true
	whole=$(grep '^  why:' "$tmp/err")
	run stat -I 1000 $e true
	is "-I says why something is missing${e:+: $e}" \
		"$(grep '^  why:' "$tmp/err")" "$whole"
done

# -D: what happens before does not count.  The command tells when it is in
# the part that counts by waiting for longer than the delay.
mkfifo "$tmp/go"
run stat -D 100000 -x, -e page-faults:u "$victim" touch 1000
is "a delay that is not over: the status" $status 0
counted=$(csv_count "$tmp/err" page-faults:u)
within "a delay that is not over: nothing counts" "${counted:-0}" 0 0
run stat -D 300 --timeout 600 -x, -e page-faults:u \
	sh -c '"$1" touch 5000; exec sleep 100' sh "$victim"
counted=$(csv_count "$tmp/err" page-faults:u)
within "-D: what came before does not count" "${counted:-0}" 0 4999
usage_error "-D -1 without --control" "waits for --control" -D -1
usage_error "-D -2" "-D: -2 is not between" -D -2
usage_error "--interval-count without -I" "--interval-count needs -I MS" \
	--interval-count 3
usage_error "--summary without -I" "--summary needs -I MS" --summary
usage_error "-I 0" "-I: 0 is not between" -I 0
usage_error "--timeout 0" "--timeout: 0 is not between" --timeout 0

# intervals: their lengths are true, and they sum to the total
"$tacho" stat -I 20 --summary --format json -o "$tmp/report" \
	-e page-faults:u,task-clock sh -c \
	'for i in 1 2 3 4 5 6; do "$1" touch 500; sleep 0.03; done' sh \
	"$victim"
is "-I as JSON: status" $? 0
valid_json "-I as JSON is whole" "$tmp/report"
cat >"$tmp/sum.py" <<'END'
import json, sys
doc = json.load(open(sys.argv[1]))
parts = doc["intervals"]
assert len(parts) >= 6, len(parts)
at = 0.0
for part in parts:
    length = part["length_s"]
    assert abs(at + length - part["time_s"]) < 1e-6, part
    assert length > 0, part
    at = part["time_s"]
for i, event in enumerate(doc["events"]):
    for field in "raw", "enabled_ns", "running_ns":
        total = sum(p["events"][i][field] for p in parts)
        assert total == event[field], (event, field, total)
assert doc["events"][0]["raw"] >= 3000
assert at <= doc["times"]["elapsed"]["value"] + 0.02, at
END
if have_python; then
	check "intervals have true lengths and sum to the total" \
		python3 "$tmp/sum.py" "$tmp/report"
else
	skip "intervals sum to the total" "no python3 to read JSON with"
fi
# stopped for a while, so that an interval is late: its length says so
"$tacho" stat -I 50 --interval-count 3 --format json -o "$tmp/report" \
	-e page-faults:u sleep 100 &
pid=$!
started $pid
until_true asleep $pid
kill -STOP $pid
sleep 0.3
kill -CONT $pid
wait $pid
cat >"$tmp/late.py" <<'END'
import json, sys
parts = json.load(open(sys.argv[1]))["intervals"]
assert len(parts) == 3, parts
assert max(p["length_s"] for p in parts) > 0.15, parts
assert abs(sum(p["length_s"] for p in parts) - parts[-1]["time_s"]) < 1e-6
END
if have_python; then
	check "a late interval says how long it really was" \
		python3 "$tmp/late.py" "$tmp/report"
else
	skip "a late interval" "no python3 to read JSON with"
fi
run stat -D 5000 -e page-faults:u true
has "a delay that the command does not outlive is named" "$err" \
	"before the delay of 5000 ms"
tap_done
