#!/bin/sh
# -r, --warmup, --pre, --post, --table, -S, -n.
. "${srcdir:-.}/tests/cli/lib.sh"
need_counting

count_lines() {
	wc -l <"$1" | tr -d ' '
}

for c in 1:0 1:3 2:0 3:2 7:1; do
	rm -f "$tmp/runs"
	run stat -r "${c%:*}" --warmup "${c#*:}" -e page-faults:u \
		sh -c 'echo x >>"$1"' sh "$tmp/runs"
	is "-r ${c%:*} --warmup ${c#*:} runs so many times" \
		"$(count_lines "$tmp/runs")" $((${c%:*} + ${c#*:}))
	is "-r ${c%:*} --warmup ${c#*:} reports once" \
		"$(grep -c page-faults:u "$tmp/err")" 1
done
# the warm-up is thrown away
run stat -r 2 --warmup 1 --format json -e page-faults:u sh -c \
	'if [ -e "$1" ]; then exec "$2" touch 10; fi; : >"$1"
	exec "$2" touch 5000' sh "$tmp/first" "$victim"
within "runs of the warm-up do not count" \
	"$(json_field "$tmp/err" page-faults:u max)" 1 4999
is "-r 2: two samples" \
	"$(grep '"name": "page-faults:u"' "$tmp/err" |
		grep -c '"samples": \[[0-9.]*, [0-9.]*\]')" 1

# mean and spread of known numbers
rm -f "$tmp/n"
run stat -r 3 --format json -e page-faults:u sh -c \
	'echo x >>"$1"; exec "$2" touch $(($(wc -l <"$1") * 1000))' \
	sh "$tmp/n" "$victim"
base=$(json_field "$tmp/err" page-faults:u min)
mean=$(json_field "$tmp/err" page-faults:u mean)
within "max - min of 1000, 2000, 3000 pages" \
	$(($(json_field "$tmp/err" page-faults:u max) - base)) 1990 2010
within "median - min" \
	$(($(json_field "$tmp/err" page-faults:u median) - base)) 990 1010
within "mean - min" $((${mean%.*} - base)) 989 1010
dev=$(json_field "$tmp/err" page-faults:u stddev)
within "standard deviation" "${dev%.*}" 990 1010
is "value is the mean" "$(json_field "$tmp/err" page-faults:u value)" "$mean"

# a command that fails in the middle
rm -f "$tmp/n"
run stat -r 3 -e page-faults:u sh -c \
	'echo x >>"$1"; exit $(wc -l <"$1")' sh "$tmp/n"
is "-r: the status is that of the last run" $status 3

# hooks
rm -f "$tmp/log"
run stat -r 2 --warmup 1 --pre "echo pre >>$tmp/log" \
	--post "echo post >>$tmp/log" -e page-faults:u \
	sh -c 'echo run >>"$1"' sh "$tmp/log"
is "--pre and --post stand around each run" \
	"$(tr '\n' ' ' <"$tmp/log")" \
	"pre run post pre run post pre run post "
run stat --pre "$victim touch 5000" --post "$victim touch 5000" -x, \
	-e page-faults:u "$victim" touch 10
within "--pre and --post are not counted" \
	"$(csv_count "$tmp/err" page-faults:u)" 10 4999
rm -f "$tmp/ran"
run stat --pre 'exit 3' -e page-faults:u touch "$tmp/ran"
is "a failing --pre: 1" $status 1
has "a failing --pre is named" "$err" "--pre: 'exit 3' ended with status 3"
check "a failing --pre: the command does not run" test ! -e "$tmp/ran"
run stat --pre 'kill -9 $$' -e page-faults:u touch "$tmp/ran"
is "a killed --pre: 1" $status 1
has "a killed --pre is named" "$err" "signal 9"
rm -f "$tmp/log"
run stat -r 3 --post 'exit 4' -e page-faults:u sh -c 'echo x >>"$1"' \
	sh "$tmp/log"
is "a failing --post: 1" $status 1
has "a failing --post is named" "$err" "--post: 'exit 4' ended with status 4"
is "a failing --post stops" "$(count_lines "$tmp/log")" 1
has "a failing --post: what was counted is shown" "$err" "page-faults:u"
rm -f "$tmp/log"
run stat -r 3 --pre "[ ! -s $tmp/log ]" --format json -o "$tmp/report" \
	-e page-faults:u sh -c 'echo x >>"$1"' sh "$tmp/log"
is "--pre that fails later: 1" $status 1
valid_json "--pre that fails later: the runs so far are shown" "$tmp/report"

# only times
run stat -n sh -c 'exit 6'
is "-n keeps the status" $status 6
has "-n shows the time" "$err" "seconds time elapsed"
hasnt "-n shows no event" "$err" "dummy"
hasnt "-n shows no count" "$err" "task-clock"
run stat -n -r 3 true
has "-n -r shows the spread" "$err" "+-"
run stat -S -e page-faults:u true
is "-S" $status 0
run stat -r 3 --table -e page-faults:u true
is "--table: a line for each run" \
	"$(grep -c '^ *[0-9.]* ([-+][0-9.]*)' "$tmp/err")" 3
usage_error "--table without -r" "--table needs -r N" --table
usage_error "-n with -e" "-n counts nothing" -n -e page-faults
usage_error "-r 0" "-r: 0 is not between" -r 0
usage_error "-r x" "-r: 'x' is not a whole number" -r x
run stat -r 3 -p $$
is "-r without a command: 2" $status 2
tap_done
