#!/bin/sh
# Rules of plausibility of the user's own.
. "${srcdir:-.}/tests/cli/lib.sh"
need_counting

mkdir "$tmp/rules"
cat >"$tmp/rules/my.rules" <<'END'
[rule few_faults]
check = page_faults < 2000
on    = page_faults
mark  = more than I want
say   = @ happened too often for my taste
about = Memory of a test.
END

many() {
	run stat "$@" --events "$tmp/rules" -e page-faults:u,task-clock \
		"$victim" touch 3000
}

run stat --events "$tmp/rules" -e page-faults:u "$victim" touch 10
is "a rule does not change the status" $status 0
hasnt "what keeps to a rule is not marked" "$err" "!"
many
is "nor when it is broken" $status 0
has "text: the mark stands behind the number" \
	"$(printf '%s\n' "$err" | grep 'page-faults:u ')" "! more than I want"
has "text: the sentence has the event's name" "$err" \
	"warning: page-faults:u happened too often for my taste"
hasnt "other numbers have no mark" \
	"$(printf '%s\n' "$err" | grep task-clock)" "!"
# how much happens in an interval is up to the machine, so any is too much here
mkdir "$tmp/strict"
sed 's/< 2000/< 1/' "$tmp/rules/my.rules" >"$tmp/strict/my.rules"
run stat -I 10 --events "$tmp/strict" -e page-faults:u,task-clock \
	sh -c 'sleep 0.1; exec "$0" touch 3000' "$victim"
is "intervals: a rule does not change the status" $status 0
is "intervals: the sentence stands at the end, once" \
	"$(printf '%s\n' "$err" | grep -c 'for my taste')" 1
check "intervals: more than one of them broke the rule" \
	test "$(printf '%s\n' "$err" | grep -c '! more than I want')" -gt 1
many --format json
has "JSON: beside the number" \
	"$(printf '%s\n' "$err" | grep '"name": "page-faults:u"')" \
	'"doubts": ["few_faults: page-faults:u happened too often for my taste"]'
hasnt "JSON: not beside others" \
	"$(printf '%s\n' "$err" | grep '"name": "task-clock"')" doubts
many --format csv
has "CSV: in the last column" \
	"$(printf '%s\n' "$err" | grep '^event.*page-faults')" \
	",few_faults: page-faults:u happened too often for my taste"
many --format markdown
has "markdown: a reference" "$err" '`page-faults:u`[^few_faults]'
has "markdown: and the footnote" "$err" "[^few_faults]: page-faults:u happened"
many -x,
hasnt "perf's format stays perf's" "$err" taste

# a rule of the tree is replaced, or switched off
cat >"$tmp/rules/my.rules" <<'END'
[rule cpu_time_wall]
check = task_clock < 0
on    = task_clock
mark  = mine
say   = this is mine
[rule cpu_time_kernel]
test = none
END
many
has "a rule of the tree can be replaced" "$err" "! mine"

# what is wrong
cat >"$tmp/rules/my.rules" <<'END'
[rule broken]
check = page_faults <
on    = page_faults
say   = no
END
many
is "a broken rule in --events is status 2" $status 2
has "it is named with file and line" "$err" "my.rules:2: [rule broken]"
mkdir -p "$tmp/config/tacho/events"
mv "$tmp/rules/my.rules" "$tmp/config/tacho/events"
XDG_CONFIG_HOME=$tmp/config "$tacho" stat -e page-faults:u true 2>"$tmp/err"
is "in the user's own directory it is none" $? 0
has "but a warning" "$(cat "$tmp/err")" "left out: "

# a metric with the name of an event, which formulas of the tree ask for
printf '[metric page_faults]\nformula = 2 * page_faults\n' \
	>"$tmp/config/tacho/events/own.metrics"
XDG_CONFIG_HOME=$tmp/config "$tacho" stat --no-verdict -e page-faults:u true \
	2>"$tmp/err"
is "a metric with the name of an event keeps nothing from working" $? 0
has "and is shown" "$(cat "$tmp/err")" " page_faults"
printf '[metric lost]\nformula = page_faults\n[metric' \
	>"$tmp/config/tacho/events/own.metrics"
XDG_CONFIG_HOME=$tmp/config "$tacho" stat -M lost true 2>"$tmp/err"
is "-M of what was left out is status 2" $? 2
has "and says where it was lost" "$(cat "$tmp/err")" \
	"correct what was left out: $tmp/config/tacho/events/own.metrics:3: "
tap_done
