#!/bin/sh
# Write C source that holds the files of events/, so that one binary is enough:
#
#	embed-events.sh SRCDIR events/FILE... > builtin.c
#
# Every start needs them, so they are cut up here and not there, in the way of
# section.c; events_test compares the two.  All texts stand in one block, each
# once, and are told by their offsets in it: addresses would have to be
# relocated at every start.  Words for people stand behind all others, as most
# runs do not touch them.  cpus.map has a format of its own and stays a text.
set -eu
LC_ALL=C
export LC_ALL

if [ $# -lt 2 ]; then
	echo "usage: embed-events.sh SRCDIR events/FILE..." >&2
	exit 2
fi
cd "$1"
shift

exec "${AWK-awk}" '
BEGIN {
	ntexts = nfiles = nsections = nentries = nmap = 0
	entry = -1
	split("about because caveat next note say title", words, " ")
	for (i in words)
		for_people[words[i]] = 1
}

function fail(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what >"/dev/stderr"
	failed = 1
	exit 1
}

# Where the text is, as an index of its own until the block is complete.
function put(s, cold) {
	if (!(s in known)) {
		known[s] = ntexts
		text[ntexts] = s
		is_cold[ntexts++] = cold
	}
	return known[s]
}

function quoted(s) {
	gsub(/\\/, "\\134", s)
	gsub(/"/, "\\042", s)
	gsub(/\?/, "\\077", s)
	gsub(/\t/, "\\011", s)
	return s
}

function end_entry() {
	if (entry >= 0)
		value[entry] = put(joined, key_text in for_people)
	entry = -1
}

function begin_section(line,    inner, n) {
	if (line !~ /\]$/)
		fail("a section without its end")
	inner = substr(line, 2, length(line) - 2)
	if (split(inner, part, /[ \t]+/) != 2)
		fail("expected [kind name]")
	end_entry()
	kind[nsections] = put(part[1], 0)
	name[nsections] = put(part[2], 0)
	line_of[nsections] = FNR
	first[nsections] = nentries
	count[nsections++] = 0
	files_sections[nfiles - 1]++
}

function begin_entry(line,    at) {
	at = index(line, "=")
	if (!at || !files_sections[nfiles - 1])
		fail("expected key = value in a section")
	end_entry()
	key_text = substr(line, 1, at - 1)
	joined = substr(line, at + 1)
	sub(/[ \t]+$/, "", key_text)
	sub(/^[ \t]+/, "", joined)
	if (key_text !~ /^[a-z][a-z0-9_]*$/)
		fail("not a key: " key_text)
	entry = nentries++
	key[entry] = put(key_text, 0)
	entry_line[entry] = FNR
	count[nsections - 1]++
}

FNR == 1 {
	end_entry()
	entry = -1
	is_map = FILENAME == "events/cpus.map"
	if (!is_map) {
		path[nfiles] = FILENAME
		files_first[nfiles] = nsections + 0
		files_sections[nfiles++] = 0
	}
}

/[^ -~\t\200-\377]/ { fail("not text") }

is_map {
	map[nmap++] = $0
	next
}

{
	line = $0
	sub(/^[ \t]+/, "", line)
	sub(/[ \t]+$/, "", line)
	if (line == "" || line ~ /^#/)
		next
	if ($0 ~ /^[ \t]/) {
		if (entry < 0)
			fail("an indented line that continues nothing")
		joined = joined (joined == "" ? "" : " ") line
	} else if (line ~ /^\[/) {
		begin_section(line)
	} else {
		begin_entry(line)
	}
}

function print_texts(cold,    i) {
	for (i = 0; i < ntexts; i++) {
		if (is_cold[i] != cold)
			continue
		offset[i] = at
		at += length(text[i]) + 1
		printf "\t\"%s\\000\"\n", quoted(text[i])
	}
}

END {
	if (failed)
		exit 1
	end_entry()
	print "/* Generated from events/ by embed-events.sh. */"
	print "#include \"event/builtin.h\""
	print "\nconst char builtin_map[] ="
	for (i = 0; i < nmap; i++)
		printf "\t\"%s\\n\"\n", quoted(map[i])
	print "\t\"\";"
	print "const size_t builtin_map_len = sizeof(builtin_map) - 1;"
	print "\nconst char builtin_text[] ="
	print_texts(0)
	print_texts(1)
	print "\t\"\";\n"
	print "const struct section_entry_at builtin_entries[] = {"
	for (i = 0; i < nentries; i++)
		printf "\t{ %d, %d, %d },\n", offset[key[i]],
			offset[value[i]], entry_line[i]
	print "};\n\nconst struct builtin_section builtin_sections[] = {"
	for (i = 0; i < nsections; i++)
		printf "\t{ %d, %d, %d, %d, %d },\n", offset[kind[i]],
			offset[name[i]], line_of[i], first[i], count[i]
	print "};\n\nconst struct builtin_file builtin_files[] = {"
	for (i = 0; i < nfiles; i++)
		printf "\t{ \"%s\", %d, %d },\n", path[i], files_first[i],
			files_sections[i]
	print "};"
	printf "const size_t builtin_nfiles = %d;\n", nfiles
}' "$@"
