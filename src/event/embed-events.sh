#!/bin/sh
# Write C source that holds the files of events/, so that one binary is enough:
#
#	embed-events.sh SRCDIR events/FILE... > builtin.c
#
# The bytes go through od, because awk may neither know NUL nor keep a missing
# last newline; what is not plain text becomes a three-digit octal escape,
# which no following digit can lengthen.  '?' is escaped for trigraphs.
set -eu
LC_ALL=C
export LC_ALL

if [ $# -lt 2 ]; then
	echo "usage: embed-events.sh SRCDIR events/FILE..." >&2
	exit 2
fi
srcdir=$1
shift

echo '/* Generated from events/ by embed-events.sh. */'
echo '#include "event/catalog.h"'
n=0
for file; do
	if [ ! -r "$srcdir/$file" ]; then
		echo "embed-events.sh: cannot read '$srcdir/$file'" >&2
		exit 1
	fi
	printf '\nstatic const char text_%d[] =\n' $n
	od -An -v -to1 <"$srcdir/$file" | ${AWK-awk} '
		BEGIN {
			for (c = 32; c < 127; c++)
				plain[sprintf("%03o", c)] = sprintf("%c", c)
			delete plain["042"]
			delete plain["077"]
			delete plain["134"]
		}
		function flush(end) {
			if (line != "" || end)
				printf "\t\"%s\"%s\n", line, end
			line = ""
		}
		{
			for (i = 1; i <= NF; i++) {
				if ($i in plain)
					line = line plain[$i]
				else if ($i == "012")
					line = line "\\n"
				else
					line = line "\\" $i
				if ($i == "012" || length(line) > 200)
					flush("")
			}
		}
		END { flush(";") }
	'
	n=$((n + 1))
done

printf '\nconst struct catalog_builtin catalog_builtins[] = {\n'
n=0
for file; do
	printf '\t{ "%s", text_%d, sizeof(text_%d) - 1 },\n' \
		"${file#events/}" $n $n
	n=$((n + 1))
done
printf '};\n'
printf 'const size_t catalog_nbuiltins = %d;\n' $n
