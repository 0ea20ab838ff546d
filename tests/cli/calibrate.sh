#!/bin/sh
# "tacho doctor --calibrate": what it says, and what it keeps.
. "${srcdir:-.}/tests/cli/lib.sh"

XDG_CACHE_HOME=$tmp/cache
export XDG_CACHE_HOME
kept=$tmp/cache/tacho/ceilings.json

run doctor --calibrate --format json
cp "$tmp/out" "$tmp/doctor.json"
is "nothing on standard error, which is no terminal" "$err" ""
check "the ceilings are kept" test -s "$kept"
if have_python; then
	check "the document holds together" python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
kept = json.load(open(sys.argv[2]))
c = d["calibration"]
assert c["kept_in"] == sys.argv[2], c["kept_in"]
assert c["not_kept"] is None
mine = kept["machines"][0]
assert kept["schema"] == "tacho-ceilings-1" and len(kept["machines"]) == 1
assert mine["machine"] == c["machine"]
for name, value in c["ceilings"].items():
    assert mine[name] == value or abs(mine[name] / value - 1) < 1e-9, name
assert c["ceilings"]["peak_bandwidth"] >= c["ceilings"]["peak_bandwidth_thread"] > 1e6
assert [l["level"] for l in c["latency"]] == ["L1", "L2", "L3", "DRAM"]
for l in c["latency"]:
    assert (l["ns"] is None) == (l["why"] is not None), l
    if l["ns"] is not None:
        assert 0 < l["ns"] <= l["ns_median"] <= l["ns_most"], l
for s in c["bandwidth"]:
    assert (s["bytes_per_second"] is None) == (s["why"] is not None), s
assert c["clock"]["additions_hz"] > 1e6
names = [n["name"] for n in c["counters"]]
assert len(names) == len(set(names)) >= 12, names
for n in c["counters"]:
    assert (n["verdict"] == "refused") == (n["why"] is not None), n
    if n["verdict"] == "right":
        assert all(k["right"] for k in n["checks"]), n
        assert any(k["known_low"] > 0 for k in n["checks"]), n
    if n["verdict"] == "wrong":
        assert not all(k["right"] for k in n["checks"]), n
bad = [n["name"] for n in c["counters"] if n["verdict"] in ("wrong", "dead")]
assert (int(sys.argv[3]) == 0) == (d["hardware_counts"] and not bad), bad
' "$tmp/doctor.json" "$kept" $status
else
	skip "the document holds together" "no python3"
fi
if [ "$paranoid" != 9 ] && "$tacho" stat -o /dev/null -e page-faults:u \
	true 2>/dev/null; then
	# in memory of its own, so nothing that others do changes the answer
	has "page faults are counted right" \
		"$(sed -n '/"name": "page-faults/,/"why"/p' "$tmp/doctor.json")" \
		'"verdict": "right"'
else
	skip "page faults are counted right" "nothing can be counted here"
fi

# as text, and where nothing can be kept
XDG_CACHE_HOME=/dev/null
run doctor --calibrate -v
has "latency" "$out" "
  DRAM  "
has "bandwidth" "$out" " GB/s "
has "the clock" "$out" " GHz "
has "what cannot be kept is measured all the same, and said" "$out" \
	"not kept: cannot make '/dev/null/tacho': Not a directory"

# hardware events become software events of the same number, so that what
# opens as instructions is a clock, and branches are migrations
if ! strace -qq -o /dev/null true 2>/dev/null; then
	skip "counters of something else are found" "strace cannot trace here"
elif [ -d /sys/bus/event_source/devices/cpu_core ]; then
	skip "counters of something else are found" \
		"software events know no kinds of cores"
elif ! "$tacho" stat -o /dev/null -e page-faults:u true 2>/dev/null; then
	skip "counters of something else are found" "nothing can be counted here"
else
	# the leak checker of a sanitized build cannot work beside strace
	forged=$(ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null \
		-e trace=perf_event_open \
		-e inject=perf_event_open:poke_enter=@arg1=01000000 \
		"$tacho" doctor --calibrate -v 2>&1)
	is "with wrong counters: 1" $? 1
	has "a clock does not count instructions" "$forged" "
  instructions:u           wrong "
	has "migrations are not branches" "$forged" "
  branches:u               dead "
	has "page faults are page faults" "$forged" "
  page-faults              right "
	has "the loop and its answer are said" "$forged" "
    add-chain: 0 per iteration, known: 1 (-100.0 %)"
fi

unset XDG_CACHE_HOME HOME
run doctor --calibrate --sysroot "$srcdir/tests/machines/zen4"
is "a recorded machine cannot be measured: 2" $status 2
has "a recorded machine cannot be measured: said" "$err" --calibrate
tap_done
