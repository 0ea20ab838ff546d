# As root: what two ways of watching tasks have counted of known work.  Both
# shall tell the same of it, to the instructions that waiting for work takes.
# shellcheck shell=sh
. ./guest.sh

SOME=60000 # waiting for a letter, and saying so; a new thread

# column N of line M of what was counted
column() {
	printf '%s\n' "$lines" | sed -n "$2p" | cut -d' ' -f"$1"
}

for collector in tasks bpf; do
	lines=$(./watched $collector 2>&1)
	is "$collector: it goes through" "$?" 0
	note "$lines"
	# what is counted from the second tick on is sure to be all
	for tick in 2 3 4 5 6; do
		within "$collector: the one does one piece in tick $tick" \
			"$(column 1 $tick)" $PART $((PART + SOME))
		within "$collector: its IPC is 1" "$(column 2 $tick)" \
			$PART $((PART + SOME))
		within "$collector: the other does three, with new threads" \
			"$(column 3 $tick)" $((3 * PART)) $((3 * PART + SOME))
	done
	lines=$(./watched $collector threads 2>&1)
	is "$collector: it goes through with threads" "$?" 0
	note "$lines"
	for tick in 2 3 4 5 6; do
		within "$collector: the one does one in tick $tick" \
			"$(column 1 $tick)" $PART $((PART + SOME))
		within "$collector: the other does two" \
			"$(column 3 $tick)" $((2 * PART)) $((2 * PART + SOME))
		within "$collector: its second thread does them" \
			"$(column 5 $tick)" $((2 * PART)) $((2 * PART + SOME))
	done
done

tap_done
