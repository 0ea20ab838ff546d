/*
 * Evaluate all metrics of JSON files, for check-import.py, which does the same
 * in its own way and compares.
 *
 *	eval_json ROUNDS FILE...
 *
 * One line for each metric, round and file: file, section, round, value, with
 * tabs between.  The value is a number that reads back exactly, "absent: why"
 * or, in round 0 only, "error: why".  What was left out of a file is a line
 * with the section "note".
 *
 * The inputs are not random but a hash of name and round, so that both sides
 * have the same without talking.
 */
#include "base/auto.h"
#include "base/fmt.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "event/import/import.h"
#include "metric/imported.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* FNV-1a */
static uint64_t hash(uint64_t h, const char *text)
{
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 1099511628211u;
	return h;
}

/*
 * One of eight is 0, so that divisions and conditions meet it; the others go
 * from below 1 to a million.
 */
static struct expr_value input(void *arg, const char *name,
			       enum expr_aspect aspect)
{
	static const char *const aspects[] = {
		[EXPR_COUNT] = "count",     [EXPR_SECONDS] = "seconds",
		[EXPR_SOURCES] = "sources", [EXPR_EXISTS] = "exists",
		[EXPR_CPUID] = "cpuid",
	};
	const int *round = arg;
	char prefix[32];
	uint64_t h = 14695981039346656037u;
	double scale = 1.0;

	snprintf(prefix, sizeof(prefix), "%d/%s/", *round, aspects[aspect]);
	h = hash(hash(h, prefix), name);
	h ^= h >> 32;
	if (aspect == EXPR_EXISTS || aspect == EXPR_CPUID)
		return (struct expr_value){ .number = (double)(h % 2) };
	if (h % 8 == 0)
		return (struct expr_value){ .number = 0.0 };
	for (uint64_t i = h / 8 % 7; i > 0; i--)
		scale *= 10.0;
	return (struct expr_value){ .number = (double)(h >> 11) * 0x1p-53 *
					      scale };
}

static void evaluate(const char *file, const struct section *s, int rounds)
{
	AUTO(expr_freep) struct expr *e = NULL;
	struct err err = { 0 };

	if (imported_formula(s, section_get(s, "expr", NULL), &e, &err) < 0) {
		printf("%s\t%s\t0\terror: %s\n", file, s->name, err.what);
		return;
	}
	for (int round = 0; round < rounds; round++) {
		struct expr_value v = expr_eval(e, input, &round);
		char buf[FMT_LEN];

		if (v.absent)
			printf("%s\t%s\t%d\tabsent: %s\n", file, s->name, round,
			       v.absent);
		else
			printf("%s\t%s\t%d\t%s\n", file, s->name, round,
			       fmt_exact(buf, v.number));
	}
}

static void closep(FILE **f)
{
	if (*f)
		fclose(*f);
}

static int evaluate_file(const char *path, int rounds)
{
	AUTO(import_notes_done) struct import_notes notes = { 0 };
	AUTO(section_list_done) struct section_list list = { 0 };
	AUTO_FREE char *text = xmalloc(IMPORT_FILE_MAX + 1);
	AUTO(closep) FILE *f = fopen(path, "r");
	struct err err = { 0 };
	size_t len;

	if (!f) {
		fprintf(stderr, "eval_json: cannot open '%s'\n", path);
		return -1;
	}
	len = fread(text, 1, IMPORT_FILE_MAX + 1, f);
	if (import_json(&list, path, text, len, &notes, &err) < 0) {
		printf("%s\tfile\t0\terror: %s\n", path, err.what);
		return 0;
	}
	for (size_t i = 0; i < notes.n; i++)
		printf("%s\tnote\t0\t%s\n", path, notes.items[i]);
	for (size_t i = 0; i < list.n; i++)
		if (section_get(list.items[i], "expr", NULL))
			evaluate(path, list.items[i], rounds);
	return 0;
}

int main(int argc, char **argv)
{
	int rounds;

	if (argc < 3 || parse_int(argv[1], &rounds) < 0 || rounds < 1) {
		fprintf(stderr, "usage: eval_json ROUNDS FILE...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++)
		if (evaluate_file(argv[i], rounds) < 0)
			return 1;
	return 0;
}
