#!/bin/sh
# The commands of the workflow in doc/ci do what it says.
. "${srcdir:-.}/tests/cli/lib.sh"

workflow=$srcdir/doc/ci/instructions.yml

command -v valgrind >/dev/null || skip_all "no valgrind here"

# step NAME: its commands
step() {
	awk -v name="$1" '
	/^      - / { on = 0; mine = $0 ~ "name: " name "$" }
	on { sub(/^ {10}/, ""); print }
	mine && /^        run: \|/ { on = 1 }' "$workflow"
}

# a project whose benchmark does so many rounds
project() {
	mkdir -p "$tmp/$1"
	cat >"$tmp/$1/Makefile" <<END
build/bench:
	mkdir -p build
	printf '#!/bin/sh\nexec %s %s\n' $top/tests/cli/rounds $2 >build/bench
	chmod +x build/bench
END
}

# workflow ROUNDS: all of it, as the service does it, with that many in the new
# one; $status and $tmp/log
workflow() {
	rm -rf "$tmp/old" "$tmp/new"
	project old 1000000
	project new "$1"
	status=0
	for name in "build both" count judge; do
		[ $status -eq 0 ] || break
		(
			cd "$tmp" || exit 99
			PATH=$top:$PATH
			BUILD='make -s build/bench'
			BENCH=build/bench
			GITHUB_STEP_SUMMARY=$tmp/summary
			export PATH BUILD BENCH GITHUB_STEP_SUMMARY
			step "$name" >step
			sh -e step
		) >"$tmp/log" 2>&1
		status=$?
	done
}

# make hands on what it was started with, which is not for these
unset MAKEFLAGS MFLAGS MAKELEVEL

for name in "build both" count judge; do
	check "the workflow has a step '$name'" test -n "$(step "$name")"
done
workflow 1000000
is "nothing changed: 0" "$status" 0
workflow 1005000
is "less than 1 % more: 0" "$status" 0
workflow 1020000
is "2 % more instructions: 3" "$status" 3
has "2 % more instructions: why" "$(cat "$tmp/log")" "beyond +1 %"
has "the summary says so, too" "$(cat "$tmp/summary")" "**FAIL**"
if have_python && python3 -c 'import yaml' 2>/dev/null; then
	check "it is YAML" python3 -c \
		'import sys, yaml; yaml.safe_load(open(sys.argv[1]))' "$workflow"
else
	skip "it is YAML" "no python3 with yaml"
fi

tap_done
