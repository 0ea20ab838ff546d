#!/bin/sh
# The command runs as it would without us: descriptors, signals, environment,
# limits, standard input.
. "${srcdir:-.}/tests/cli/lib.sh"
need_counting

fds='for f in /proc/$$/fd/*; do echo "${f##*/}"; readlink "$f"; done'

# same NAME SCRIPT [OPTIONS...]: it prints the same with us and without
same() {
	same_name=$1
	same_script=$2
	shift 2
	sh -c "$same_script" >"$tmp/without" </dev/null 2>"$tmp/e1"
	"$tacho" stat -o "$tmp/report" -e page-faults:u,cs:u,faults:u "$@" \
		sh -c "$same_script" >"$tmp/with" </dev/null 2>"$tmp/e1"
	# the file it writes to has another name
	sed "s,$tmp/without,$tmp/with," "$tmp/without" >"$tmp/want"
	is "$same_name" "$(cat "$tmp/with")" "$(cat "$tmp/want")"
}

same "descriptors" "$fds"
same "descriptors with -o, -I" "$fds" -I 1000
same "descriptors with --control" "$fds" --control "fifo:$tmp/ctl,$tmp/ack"
same "descriptors with -r" "$fds; true" -r 1 --pre true --post true
exec 7<"$srcdir/tests/cli/lib.sh" 8>"$tmp/eight"
same "descriptors of the caller are kept" "$fds"
has "descriptor 7 of the caller was there" "$(cat "$tmp/with")" "7
$srcdir"
exec 7<&- 8>&-

signals='grep "^Sig[BIC]\|^Shd" /proc/self/status'
same "signal mask and dispositions" "$signals"
same "signal mask and dispositions with -D" "$signals" -D 1
trap '' INT HUP USR1
same "signals that the caller ignores stay ignored" "$signals"
trap - USR1
trap 'exit 99' INT TERM HUP
mask='grep "^SigBlk" /proc/self/status'
same "signal mask with hooks" "$mask" --pre "$mask >$tmp/pre" \
	--post "$mask >$tmp/post"
is "signal mask of --pre" "$(cat "$tmp/pre")" "$(cat "$tmp/without")"
is "signal mask of --post" "$(cat "$tmp/post")" "$(cat "$tmp/without")"

env >"$tmp/env.without"
"$tacho" stat -o "$tmp/report" -e page-faults:u env >"$tmp/env.with"
is "environment" "$(cat "$tmp/env.with")" "$(cat "$tmp/env.without")"
env -i "$(command -v env)" >"$tmp/env.without"
env -i "$tacho" stat -o "$tmp/report" -e page-faults:u \
	"$(command -v env)" >"$tmp/env.with"
is "an empty environment stays empty" "$(cat "$tmp/env.with")" \
	"$(cat "$tmp/env.without")"

same "limits" 'cat /proc/self/limits'
same "working directory, umask, nice" 'pwd; umask; nice'
same "parent death, dumpable, no_new_privs, capabilities" \
	'grep "NoNewPrivs\|^Cap\|Seccomp\|CoreDumping\|^Uid\|^Gid" /proc/self/status'
same "process group and session" \
	'set -- $(sed "s/.*) //" /proc/self/stat); echo "$3 $4 $5"'
same "scheduling policy" 'grep "policy\|prio" /proc/self/sched; true'

is "standard input passes through" \
	"$(echo "some input" | "$tacho" stat -o "$tmp/report" \
		-e page-faults:u cat)" "some input"
is "standard input is not read ahead" \
	"$(printf 'one\ntwo\nthree\n' | {
		read -r line
		"$tacho" stat -o "$tmp/report" -e page-faults:u -r 2 \
			sh -c 'read -r l; echo "$l"'
	})" "two
three"
is "arguments pass through" \
	"$("$tacho" stat -o "$tmp/report" -e page-faults:u \
		printf '%s|' '' 'a b' '*' "q'\"")" "|a b|*|q'\"|"

# nothing of ours is counted
run stat -x, -e page-faults:u "$victim" touch 0
few=$(csv_count "$tmp/err" page-faults:u)
run stat -x, -e page-faults:u "$victim" touch 1000
many=$(csv_count "$tmp/err" page-faults:u)
within "a thousand pages more are a thousand faults more" \
	$((many - few)) 995 1005
run stat -x, -e page-faults:u sh -c "$victim touch 1000; true"
within "children are counted" "$(csv_count "$tmp/err" page-faults:u)" \
	1000 100000
run stat -x, -e page-faults:u -i sh -c "$victim touch 1000; true"
within "-i: children are not counted" \
	"$(csv_count "$tmp/err" page-faults:u)" 1 999
tap_done
