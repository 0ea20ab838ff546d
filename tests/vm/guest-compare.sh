# Programs of known work, compared on real counters.
# shellcheck shell=sh
. ./guest.sh

# compare ARGUMENTS: as CSV for of, and $errors, $status
compare() {
	rm -f "$report"
	errors=$(./tacho compare --format=csv -o "$report" --name old \
		--name new "$@" 2>&1)
	status=$?
}

# of QUANTITY SUBJECT COLUMN
of() {
	awk -F, -v q="$1" -v s="$2" -v want="$3" '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
	$1 == q && $at["subject"] == s { print $at[want] }' "$report"
}

compare -r 6 -e instructions:u,cycles:u --save /tmp/pair.rec \
	--fail-if 'instructions:u > +1%' --fail-if 'ipc < -1%' ./loop ./loop-more
is "2 % more instructions are beyond 1 %" $status 3
has "and by how much is told" "$errors" \
	"'instructions:u > +1%' fails: instructions:u: +2.00 % [+2.00, +2.00]"
is "nothing else is" "$(printf '%s\n' "$errors" | wc -l)" 1
is "instructions of the one" "$(of instructions:u old mean)" $LOOP
is "and of the other" "$(of instructions:u new mean)" $MORE
is "more of them are worse" "$(of instructions:u new mark)" worse
is "instructions per cycle are the same" "$(of ipc new mark)" "no difference"
# all columns but that of the limits
before=$(sed 's/,[^,]*$//' "$report")
is "diff of the recording says so, too" \
	"$(./tacho diff --format=csv /tmp/pair.rec 2>&1 | sed 's/,[^,]*$//')" \
	"$before"

compare -r 10 -e instructions:u,cycles:u --fail-if 'instructions:u > +0.001%' \
	--fail-if 'cycles:u > +1%' ./loop ./loop
is "the same is within any limit" "$status$errors" 0
is "and not different" "$(of instructions:u new mark)" "no difference"

text=$(./tacho compare -r 10 -e instructions:u,cycles:u ./loop ./loop2 2>&1)
has "twice the work: the cause" "$text" "because of more instructions"
has "twice the work: the parts" "$text" "% instructions"

compare -r 5 -e "$(repeat 12 r8),instructions:u" ./loop ./loop-more
has "what took turns is an estimate" "$(of r8 new doubt)" "estimated"

# the same events, in user mode alone for who may not have more
echo 2 >/proc/sys/kernel/perf_event_paranoid
mkdir /tmp/theirs && chmod 777 /tmp/theirs
set -- ./tacho stat -r 6 -e instructions,task-clock -o /dev/null
"$@" --save /tmp/all.rec ./loop
/usr/bin/setpriv --reuid 1000 --regid 1000 --clear-groups "$@" \
	--save /tmp/theirs/part.rec ./loop
errors=$(./tacho diff --format=csv -o "$report" --name old --name new \
	--fail-if 'instructions < -0%' /tmp/all.rec /tmp/theirs/part.rec 2>&1)
is "user mode against both cannot be told" $? 4
has "and why" "$errors" "counted in different ways"
is "user mode against both is not known" "$(of instructions new mark)" \
	"not known"
is "both have their numbers" "$(of instructions new mean)" $LOOP

tap_done
