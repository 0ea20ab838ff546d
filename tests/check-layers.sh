#!/bin/sh
# Do the folders of src/ depend on each other in one direction only, and does
# each library and each system call stay in its room?  See doc/DESIGN.md.
set -u
LC_ALL=C
export LC_ALL
srcdir=$(cd "$(dirname "$0")/.." && pwd -P)
. "$srcdir/tests/tap.sh"

# One line "RULE FILE:LINE: TEXT" for each breach below DIR/src.
breaches() {
	(cd "$1" && find src -name '*.[ch]' | sort | xargs awk "$program")
}

# shellcheck disable=SC2016 # the $ are awk's
program='
function layer(folder, rank, wing)
{
	ranks[folder] = rank
	wings[folder] = wing
}
# What includes header, where, and how many files may
function library(header, where, most)
{
	homes[header] = where
	limits[header] = most
}
BEGIN {
	layer("base", 0, "ground")
	layer("cpu", 1, "ground")
	layer("loops", 1, "ground")
	layer("event", 2, "ground")
	layer("metric", 3, "ground")
	layer("record", 4, "ground")
	layer("source", 5, "left")
	layer("measure", 6, "left")
	layer("analyze", 5, "right")
	layer("report", 6, "right")
	layer("screen", 7, "right")
	layer("cmd", 8, "top")

	library("perfmon/", " event ", 1)
	library("libcpuid/", " cpu ", 1)
	library("elfutils/", " record ", 1)
	library("gsl/", " analyze ", 1)
	library("sys/capability.h", " source ", 1)
	library("ncursesw/", " screen ", 1)
	library("bpf/", " source ", 1)
	library("libsmartcols/", " report cmd ", 3)
	library("jansson.h", " event record report cmd ", 9)
}
function breach(rule, text)
{
	print rule " " FILENAME ":" FNR ": " text
}
function check_include(other)
{
	if (!(other in ranks)) {
		breach("known", "includes unknown folder " other "/")
	} else if (folder == "main.c") {
		if (other != "cmd")
			breach("main", "includes " other "/")
	} else if (other == folder) {
		return
	} else if ((wings[folder] == "left" && wings[other] == "right") ||
		   (wings[folder] == "right" && wings[other] == "left")) {
		breach("wings", folder "/ includes " other "/")
	} else if (ranks[other] >= ranks[folder]) {
		breach("down", folder "/ includes " other "/")
	}
}
function check_library(line, header)
{
	for (header in homes) {
		if (index(line, "<" header) == 0)
			continue
		if (index(homes[header], " " folder " ") == 0)
			breach("library", folder "/ includes <" header ">")
		if (!((header, FILENAME) in seen)) {
			seen[header, FILENAME] = 1
			if (++users[header] > limits[header])
				breach("library", "one file more includes <" \
				       header "> (at most " limits[header] ")")
		}
	}
}
# The line without comments and the insides of strings
function bare(line, out, rest)
{
	gsub(/\\./, "", line)
	gsub(/"[^"]*"/, "\"\"", line)
	out = ""
	while (line != "") {
		if (in_comment) {
			rest = index(line, "*/")
			if (!rest)
				return out
			line = substr(line, rest + 2)
			in_comment = 0
		} else {
			rest = index(line, "/*")
			if (!rest)
				return out line
			out = out substr(line, 1, rest - 1)
			line = substr(line, rest + 2)
			in_comment = 1
		}
	}
	return out
}
function calls(line, names)
{
	return line ~ ("(^|[^A-Za-z0-9_])(" names ")[ \t]*\\(")
}
function check_voice(line)
{
	if (folder == "cmd" || folder == "main.c" ||
	    FILENAME == "src/base/log.c" || FILENAME == "src/base/xalloc.c")
		return
	# curses wants to be told what it may have
	if (FILENAME == "src/screen/term.c")
		gsub(/stdout/, "", line)
	if (calls(line, "printf|vprintf|puts|putchar|perror") ||
	    line ~ /(^|[^A-Za-z0-9_])(stdout|stderr)([^A-Za-z0-9_]|$)/)
		breach("print", "writes to a standard stream")
	if (folder != "report" && calls(line, "fprintf|vfprintf|fputs|fputc"))
		breach("print", "writes to a file")
	# the child of a fork has nowhere to return to
	if (calls(line, "exit|quick_exit|abort") ||
	    (calls(line, "_exit|_Exit") && FILENAME != "src/source/launch.c" &&
	     FILENAME != "src/record/binary_dwarf.c"))
		breach("exit", "ends the program")
}
FNR == 1 {
	in_comment = 0
	split(FILENAME, part, "/")
	folder = part[2]
	if (folder != "main.c" && !(folder in ranks))
		breach("known", "is in a folder without a place")
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, quoted, "\"")
	if (index(quoted[2], "/") > 0) {
		split(quoted[2], path, "/")
		check_include(path[1])
	} else if (quoted[2] != "config.h") {
		breach("known", "includes \"" quoted[2] "\" without its folder")
	}
	next
}
/^[ \t]*#[ \t]*include[ \t]*</ {
	check_library($0)
	next
}
{
	line = bare($0)
	if (folder != "source" &&
	    line ~ /(SYS|__NR)_perf_event_open|PERF_EVENT_IOC_/)
		breach("kernel", "makes perf system calls")
	check_voice(line)
}
'

# none RULE SENTENCE: no line of $found breaks RULE
none() {
	lines=$(printf '%s\n' "$found" | sed -n "s/^$1 //p")
	if [ -z "$lines" ]; then
		pass "$2"
	else
		fail "$2" "$lines"
	fi
}

found=$(breaches "$srcdir")
none known "every file and include has a place"
none down "includes point down only"
none wings "the two wings do not know each other"
none main "main.c knows cmd/ only"
none library "each library is included where it belongs"
none kernel "only source/ makes perf system calls"
none print "only cmd/ and the views print"
none exit "nothing below cmd/ ends the program"

# Each rule finds a tree that breaks it, and nothing in one that does not.
tmp=$(mktemp -d "${TMPDIR:-/tmp}/check-layers.XXXXXX") || exit 1
trap 'rm -rf "$tmp"' EXIT

# breaks RULE FILE TEXT
breaks() {
	rm -rf "$tmp/src"
	mkdir -p "$(dirname "$tmp/src/$2")"
	printf '%b\n' "$3" >"$tmp/src/$2"
	is "'$3' in $2 breaks '$1'" \
		"$(breaches "$tmp" | sed 's/ .*//' | sort -u)" "$1"
}
breaks known base/x.c '#include "attic/old.h"'
breaks known base/x.c '#include "x.h"'
breaks known attic/x.c 'int x;'
breaks down base/x.c '#include "cpu/cpu.h"'
breaks down record/x.h '#include "source/source.h"'
breaks down source/x.c '#include "measure/measure.h"'
breaks down report/x.c '#include "cmd/cmd.h"'
breaks wings report/x.c '#include "source/source.h"'
breaks wings measure/x.c '#include "analyze/stats.h"'
breaks main main.c '#include "base/err.h"'
breaks library cmd/x.c '#include <perfmon/pfmlib.h>'
breaks library metric/x.c '#include <jansson.h>'
breaks library report/x.c '#include <ncursesw/curses.h>'
breaks kernel event/x.c '\tsyscall(SYS_perf_event_open, &a, 0, -1, -1, 0);'
breaks kernel measure/x.c '\tioctl(fd, PERF_EVENT_IOC_ENABLE, 0);'
breaks print source/x.c '\tprintf("%d", 1);'
breaks print report/x.c '\tfprintf(stderr, "no");'
breaks print metric/x.c '\tfputs("x", out);'
breaks exit cpu/x.c '\texit(1);'
breaks exit measure/x.c '\t_exit(1);'

rm -rf "$tmp/src"
mkdir -p "$tmp/src/event"
for name in one two; do
	echo '#include <perfmon/pfmlib.h>' >"$tmp/src/event/$name.c"
done
has "a second file with libpfm4 breaks 'library'" "$(breaches "$tmp")" \
	"library src/event/two.c"

rm -rf "$tmp/src"
mkdir -p "$tmp/src/report" "$tmp/src/cmd"
cat >"$tmp/src/report/x.c" <<'END'
#include "report/x.h"

#include "analyze/stats.h"
#include "base/err.h"
#include <stdio.h>
/* not: printf("x") or exit(1) on stderr,
 * nor: abort() here */
int x(FILE *out)
{
	return fprintf(out, "stderr \" exit(1)"); /* exit(1) */
}
END
echo '#include "source/source.h"' >"$tmp/src/cmd/x.c"
is "a clean tree breaks nothing" "$(breaches "$tmp")" ""

tap_done
