/* Which files of events/ belong to which CPU; see cpumap.h. */
#include "event/cpumap.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/vec.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 1024

struct names {
	char **items;
	size_t n;
};

static void names_done(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->items[i]);
	free(names->items);
}

static void names_add(struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->items[i], name))
			return;
	VEC_PUSH(names->items, names->n, xstrdup(name));
}

/* Is @number in a list like "1,4-7,0x8f" or in "*"?  1, 0 or -EINVAL. */
static int list_has(char *list, int number)
{
	int found = 0;
	char *item, *save;

	if (!strcmp(list, "*"))
		return 1;
	if (!*list || *list == ',' || list[strlen(list) - 1] == ',' ||
	    strstr(list, ",,"))
		return -EINVAL;
	for (item = strtok_r(list, ",", &save); item;
	     item = strtok_r(NULL, ",", &save)) {
		char *dash = strchr(item, '-');
		uint64_t lo, hi;

		if (dash)
			*dash = '\0';
		if (parse_u64(item, &lo) < 0)
			return -EINVAL;
		hi = lo;
		if (dash && parse_u64(dash + 1, &hi) < 0)
			return -EINVAL;
		if (hi < lo)
			return -EINVAL;
		if (number >= 0 && (uint64_t)number >= lo &&
		    (uint64_t)number <= hi)
			found = 1;
	}
	return found;
}

/* "VALUE/MASK" */
static int midr_matches(char *text, uint64_t midr)
{
	char *slash = strchr(text, '/');
	uint64_t value, mask;

	if (!slash)
		return -EINVAL;
	*slash = '\0';
	if (parse_u64(text, &value) < 0 || parse_u64(slash + 1, &mask) < 0)
		return -EINVAL;
	if (value & ~mask)
		return -EINVAL; /* could never match */
	return midr && (midr & mask) == value;
}

/*
 * "MVENDORID-MARCHID-MIMPID" against @id, the same of the CPU ("" where the
 * kernel tells none); each part is a number or "*".
 */
static int riscv_matches(char *text, const char *id)
{
	AUTO_FREE char *have = xstrdup(id);
	char *rest = text, *rest_have = have;
	int matches = 1, n = 0;

	for (char *part; (part = strsep(&rest, "-")); n++) {
		const char *other = strsep(&rest_have, "-");
		uint64_t want, value;

		if (!strcmp(part, "*"))
			continue;
		if (parse_u64(part, &want) < 0)
			return -EINVAL;
		if (!other || parse_u64(other, &value) < 0 || value != want)
			matches = 0;
	}
	return n == 3 ? matches : -EINVAL;
}

/* Is @cpu of the architecture called @name?  Without @cpu: is it a name? */
static int arch_matches(const char *name, const struct cpu *cpu)
{
	int known = 0;

	for (int a = 0; a < CPU_ARCH_OTHER; a++)
		known |= !strcmp(name, cpu_arch_name((enum cpu_arch)a));
	if (!known)
		return -EINVAL;
	return cpu && !strcmp(name, cpu_arch_name(cpu->arch));
}

/*
 * The left side of a row: 1 it is @cpu, 0 it is not, -EINVAL.  @found: rows
 * above it were.
 */
static int key_matches(char *key, const struct cpu *cpu, bool found)
{
	char *words[5], *save;
	int n = 0, matches = 1;

	for (char *w = strtok_r(key, " \t", &save); w && n < 5;
	     w = strtok_r(NULL, " \t", &save))
		words[n++] = w;
	if (n == 2 && !strcmp(words[0], "ARM")) {
		int r = midr_matches(words[1], cpu ? cpu->midr : 0);

		return r > 0 ? cpu->arch == CPU_ARCH_ARM64 : r;
	}
	if (n == 2 && !strcmp(words[0], "OTHER")) {
		int r = arch_matches(words[1], cpu);

		return r > 0 ? !found : r;
	}
	if (n == 2 && !strcmp(words[0], "RISCV")) {
		int r = riscv_matches(words[1], cpu ? cpu->riscv_id : "");

		return r > 0 && cpu ? cpu->arch == CPU_ARCH_RISCV : r;
	}
	if (n < 3 || n > 4)
		return -EINVAL;
	if (cpu && (cpu->arch != CPU_ARCH_X86 ||
		    (strcmp(words[0], "*") && strcmp(cpu->vendor, words[0]))))
		matches = 0;
	for (int i = 1; i < n; i++) {
		int have = -1, r;

		if (cpu)
			have = i == 1   ? cpu->family
			       : i == 2 ? cpu->model
					: cpu->stepping;
		r = list_has(words[i], have);
		if (r < 0)
			return r;
		if (!r)
			matches = 0;
	}
	return matches;
}

/* A file of the tree: "x86/spr.events", nothing that leads elsewhere. */
static int file_is_allowed(const char *name)
{
	return name[0] != '/' && !strstr(name, "..") && strchr(name, '/');
}

static int parse_row(char *row, const struct cpu *cpu, struct names *names)
{
	char *colon = strchr(row, ':'), *save;
	int matches, n = 0;

	if (!colon)
		return -EINVAL;
	*colon = '\0';
	matches = key_matches(row, cpu, names->n > 0);
	if (matches < 0)
		return matches;
	for (char *f = strtok_r(colon + 1, " \t", &save); f;
	     f = strtok_r(NULL, " \t", &save)) {
		if (!file_is_allowed(f))
			return -EINVAL;
		if (matches || !cpu)
			names_add(names, f);
		n++;
	}
	return n ? 0 : -EINVAL;
}

static int parse_line(const char *file, int line, const char *p, size_t len,
		      const struct cpu *cpu, struct names *names,
		      struct err *err)
{
	char row[LINE_MAX_BYTES + 1], first;

	if (len && p[len - 1] == '\r')
		len--;
	if (len > LINE_MAX_BYTES)
		return err_set(err, -EINVAL,
			       "%s:%d: the line has too many bytes (at most "
			       "%d)",
			       file, line, LINE_MAX_BYTES);
	if (memchr(p, '\0', len))
		return err_set(err, -EINVAL, "%s:%d: a NUL byte is not text",
			       file, line);
	memcpy(row, p, len);
	row[len] = '\0';
	first = row[strspn(row, " \t")];
	if (!first || first == '#')
		return 0;
	if (parse_row(row, cpu, names) < 0)
		return err_set(
			err, -EINVAL,
			"%s:%d: expected 'VENDOR FAMILY MODELS "
			"[STEPPINGS] : FILE...', 'ARM VALUE/MASK : "
			"FILE...', 'RISCV VENDOR-ARCH-IMPL : "
			"FILE...' or 'OTHER ARCH : FILE...', found '%.*s'",
			file, line, len > 60 ? 60 : (int)len, p);
	return 0;
}

int cpumap_match(const char *file, const char *text, size_t len,
		 const struct cpu *cpu, char ***ret, size_t *nret,
		 struct err *err)
{
	AUTO(names_done) struct names names = { 0 };
	const char *end = text + len;

	for (int line = 1; text < end; line++) {
		const char *eol = memchr(text, '\n', (size_t)(end - text));
		int r;

		if (!eol)
			eol = end;
		r = parse_line(file, line, text, (size_t)(eol - text), cpu,
			       &names, err);
		if (r < 0)
			return r;
		text = eol + 1;
	}
	for (size_t i = 0; i < names.n; i++)
		VEC_PUSH(*ret, *nret, names.items[i]);
	names.n = 0;
	return 0;
}
