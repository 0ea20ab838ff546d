#!/bin/sh
# "tacho doctor" as people and scripts meet it: output and exit status.
set -u
LC_ALL=C
export LC_ALL
tacho=${TACHO:-./tacho}
machines=${srcdir:-.}/tests/machines
out=$(mktemp) || exit 99
trap 'rm -f "$out"' EXIT
n=0
echo "1..8"

# check NAME: says whether the last command of the caller held
check() {
	status=$?
	n=$((n + 1))
	if [ $status -eq 0 ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		sed 's/^/# /' "$out"
	fi
}

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# The exit status, and nothing on stderr mixed into the output.
run() {
	"$@" >"$out" 2>&1
	echo $?
}

status=$(run "$tacho" doctor)
if grep -q '^Hardware counters count\.$' "$out"; then
	[ "$status" -eq 0 ]
else
	[ "$status" -eq 1 ] &&
		grep -q '^Hardware counters do not count here\.$' "$out" &&
		grep -q '^Cannot be counted:$' "$out" &&
		grep -q '^    because ' "$out" && grep -q '^    change ' "$out"
fi
check "the status says whether hardware counters count"

status=$(run "$tacho" doctor --format json)
if grep -q '"hardware_counts": true' "$out"; then
	[ "$status" -eq 0 ]
else
	[ "$status" -eq 1 ] && grep -q '"hardware_counts": false' "$out"
fi
check "and so it is in JSON"

if command -v python3 >/dev/null; then
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
assert d["schema"] == "tacho-doctor-1"
for p in d["probes"]:
    assert p["encodable"] >= p["opens"] >= p["counts"], p
    assert p["counts"] == (p["state"] == "counts") == (p["count"] > 0), p
    assert (p["state"] == "refused") == (p["error"] is not None), p
bad = [p["name"] for p in d["probes"] if not p["counts"]]
told = [w for f in d["findings"] if not f["limits"]
        for w in f["what"].split(", ")]
assert sorted(bad) == sorted(told), (bad, told)
' "$out"
	check "every thing that does not count has one finding"
else
	skip "every thing that does not count has one finding" "no python3"
fi

good=true
for machine in "$machines"/*/; do
	status=$(run "$tacho" doctor --sysroot "$machine")
	if [ "$status" -ne 1 ] || ! grep -q 'nothing can be tried' "$out" ||
		grep -q '^Tried' "$out"; then
		good=false
	fi
done
$good
check "nothing is tried on a recorded machine"

[ "$(run "$tacho" doctor --sysroot "$machines/vm-nopmu")" -eq 1 ] &&
	grep -q 'virtual: KVM, QEMU' "$out" && grep -q '^core PMU *none$' "$out"
check "a recorded guest is known as one"

[ "$(run "$tacho" doctor --sysroot /no/such/dir)" -eq 2 ] &&
	[ "$(run "$tacho" doctor --format yaml)" -eq 2 ] &&
	grep -q "yaml" "$out" && [ "$(run "$tacho" doctor now)" -eq 2 ] &&
	grep -q "'now'" "$out" && [ "$(run "$tacho" doctor --help)" -eq 0 ]
check "bad usage is named and has status 2"

if strace -qq -o /dev/null true 2>/dev/null; then
	# the leak checker of a sanitized build cannot work beside strace
	inject="env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null"
	inject="$inject -e trace=perf_event_open"
	inject="$inject -e inject=perf_event_open:error"

	# shellcheck disable=SC2086
	[ "$(run $inject=EACCES "$tacho" doctor)" -eq 1 ] &&
		grep -q 'task-clock .*does not open: Permission denied' "$out" &&
		grep -q '^  task-clock' "$out"
	check "refusal is told of everything"

	# shellcheck disable=SC2086
	[ "$(run $inject=EMFILE "$tacho" doctor)" -eq 1 ] &&
		grep -q 'because .*file descriptors' "$out" &&
		grep -q 'change .*prlimit' "$out"
	check "descriptors that ran out are named"
else
	skip "refusal is told of everything" "strace cannot trace here"
	skip "descriptors that ran out are named" "strace cannot trace here"
fi
