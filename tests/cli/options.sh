#!/bin/sh
# Each row of each table of options, as --help tells of them.
. "${srcdir:-.}/tests/cli/lib.sh"

for command in stat compare diff report top list doctor loop; do
	"$tacho" "$command" --help >"$tmp/help"
	check "$command --help stays within 80 columns" \
		awk 'length > 80 { print; bad = 1 } END { exit bad }' "$tmp/help"
	# "  -r, --repeat N   text": letter or -, name, argument or -
	sed -n 's/^  \(-\(.\),\|   \) --\([a-z-]*\)\( [^ ]\{1,\}\)\{0,1\}\(  .*\)\{0,1\}$/\2:\3:\4/p' \
		"$tmp/help" >"$tmp/rows"
	check "$command: options were found" has_lines "$tmp/rows" 3
	while IFS=: read -r letter name argument; do
		argument=${argument# }
		if [ -n "$argument" ]; then
			run "$command" "--$name"
			is "$command --$name without a value: 2" $status 2
			has "$command --$name without a value: said" "$err" \
				"--$name needs a value: $argument"
			[ -n "$letter" ] || continue
			run "$command" "-$letter"
			is "$command -$letter without a value: 2" $status 2
			has "$command -$letter without a value: said" "$err" \
				"-$letter needs a value: $argument"
		else
			run "$command" "--$name=yes"
			is "$command --$name=yes: 2" $status 2
			has "$command --$name=yes: said" "$err" \
				"--$name takes no value"
			# taken, and with --help nothing else happens
			run "$command" "--$name" --help
			is "$command --$name is taken" $status 0
			[ -n "$letter" ] || continue
			run "$command" "-$letter" --help
			is "$command -$letter is taken" $status 0
		fi
		run "$command" "--${name}x"
		is "$command --${name}x: 2" $status 2
		has "$command --${name}x: the nearest" "$err" "--$name'"
	done <"$tmp/rows"
done
# --plan names what cannot be had once, and not as a matter of groups
run stat --plan -M ipc,branch_mpki,cache_mpki -- true
plan=$(cat "$tmp/out" "$tmp/err")
if printf '%s' "$plan" | grep -q 'cannot  *cycles'; then
	hasnt "--plan: what cannot be had is not from different times" \
		"$plan" "different times"
fi
is "--plan: at most one line on different times" \
	"$(printf '%s' "$plan" | grep -c 'from different times' |
		sed 's/^0$/1/')" 1

tap_done
