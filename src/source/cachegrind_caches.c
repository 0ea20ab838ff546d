/* What caches are simulated; see cachegrind_caches.h. */
#include "source/cachegrind_caches.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "cpu/topology.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define LINE_MIN 16u /* a smaller one could not hold an instruction */
#define LINE_MAX 4096u
#define WAYS_MAX 65536u
/* valgrind keeps sizes in an int */
#define BYTES_MAX (1ull << 30)

static const char *const names[] = {
	[CACHEGRIND_I1] = "I1",
	[CACHEGRIND_D1] = "D1",
	[CACHEGRIND_LL] = "LL",
};
_Static_assert(ARRAY_LEN(names) == CACHEGRIND_LEVELS, "one name per level");

/* What a core of today has, where the machine does not tell. */
static const struct cachegrind_cache common[] = {
	[CACHEGRIND_I1] = { 32 << 10, 8, 64 },
	[CACHEGRIND_D1] = { 32 << 10, 8, 64 },
	[CACHEGRIND_LL] = { 8 << 20, 16, 64 },
};

const char *cachegrind_level_name(enum cachegrind_level level)
{
	return names[level];
}

static bool is_power_of_two(uint64_t n)
{
	return n && !(n & (n - 1));
}

/* Is there such a cache?  (Not: does cachegrind take it.) */
static bool is_cache(const struct cachegrind_cache *c)
{
	return is_power_of_two(c->line_bytes) && c->line_bytes >= LINE_MIN &&
	       c->line_bytes <= LINE_MAX && c->ways && c->ways <= WAYS_MAX &&
	       c->bytes >= 2 * c->line_bytes &&
	       c->bytes >= (uint64_t)c->ways * c->line_bytes;
}

static void take(struct cachegrind_caches *caches, enum cachegrind_level level,
		 const struct topology_cache *from)
{
	struct cachegrind_cache c = {
		.bytes = from->size,
		.ways = from->ways > 0 ? (unsigned)from->ways : 0,
		.line_bytes =
			from->line_bytes > 0 ? (unsigned)from->line_bytes : 64,
	};

	/* none given: any line may stand anywhere, or nobody knows */
	if (!c.ways)
		c.ways = common[level].ways;
	if (!is_cache(&c))
		return;
	caches->of[level] = c;
	caches->assumed[level] = false;
}

void cachegrind_caches_load(const struct rootfs *root,
			    struct cachegrind_caches *ret)
{
	AUTO(topology_done) struct topology t = { 0 };
	AUTO_FREE struct topology_cache *all = NULL;
	int last = 1, n = 0;

	for (size_t i = 0; i < CACHEGRIND_LEVELS; i++) {
		ret->of[i] = common[i];
		ret->assumed[i] = true;
	}
	if (topology_load(root, &t, NULL) == 0)
		n = topology_caches(root, &t, &all);
	for (int i = 0; i < n; i++) {
		if (all[i].level == 1 && all[i].type != 'd')
			take(ret, CACHEGRIND_I1, &all[i]);
		if (all[i].level == 1 && all[i].type != 'i')
			take(ret, CACHEGRIND_D1, &all[i]);
		if (all[i].level > last && all[i].type != 'i') {
			last = all[i].level;
			take(ret, CACHEGRIND_LL, &all[i]);
		}
	}
}

bool cachegrind_cache_round(struct cachegrind_cache *cache)
{
	uint64_t bytes = cache->bytes < BYTES_MAX ? cache->bytes : BYTES_MAX;
	uint64_t lines = bytes / cache->line_bytes;
	double sets = (double)lines / cache->ways;
	uint64_t two = (uint64_t)1 << (sets > 1.0 ? lround(log2(sets)) : 0);
	uint64_t ways = (lines + two / 2) / two;
	struct cachegrind_cache new = {
		.ways = (unsigned)(ways ? ways : 1),
		.line_bytes = cache->line_bytes,
	};
	bool other;

	new.bytes = two *new.ways *new.line_bytes;
	if (new.bytes > BYTES_MAX)
		new.bytes = two * --new.ways *new.line_bytes;
	other = new.bytes != cache->bytes || new.ways != cache->ways;
	*cache = new;
	return other;
}

/* "48K" */
static int parse_size(const char *text, uint64_t *ret)
{
	size_t len = strspn(text, "0123456789");
	AUTO_FREE char *digits = xstrndup(text, len);
	static const char units[] = "KMG";
	const char *unit = NULL;
	uint64_t n;

	if (text[len] && !text[len + 1])
		unit = strchr(units, text[len] & ~0x20);
	if (parse_u64(digits, &n) < 0 || (text[len] && !unit) ||
	    n > BYTES_MAX << 8)
		return -EINVAL;
	*ret = unit ? n << (10 * (unit - units + 1)) : n;
	return 0;
}

static int parse_one(char *text, struct cachegrind_caches *caches,
		     struct err *err)
{
	AUTO_FREE char *whole = xstrdup(text);
	struct cachegrind_cache c = { 0 };
	char *save = NULL, *name = strtok_r(text, "=", &save);
	const char *size = strtok_r(NULL, ",", &save);
	const char *ways = strtok_r(NULL, ",", &save);
	const char *line = strtok_r(NULL, ",", &save);
	int n_ways = 0, n_line = 0;
	size_t level = 0;

	while (name && level < CACHEGRIND_LEVELS &&
	       strcasecmp(name, names[level]) != 0)
		level++;
	if (!name || level == CACHEGRIND_LEVELS || !line ||
	    strtok_r(NULL, "", &save) || parse_size(size, &c.bytes) < 0 ||
	    parse_int(ways, &n_ways) < 0 || parse_int(line, &n_line) < 0 ||
	    n_ways < 1 || n_line < 1) {
		err_set(err, -EINVAL, "'%s' is no cache", whole);
		err_hint(err, "write I1=32K,8,64:D1=48K,12,64:LL=32M,16,64 "
			      "(size, ways, bytes in a line), or some of it");
		return -EINVAL;
	}
	c.ways = (unsigned)n_ways;
	c.line_bytes = (unsigned)n_line;
	if (!is_cache(&c))
		return err_set(err, -EINVAL,
			       "'%s': there is no such cache: a line has a "
			       "power of two of bytes, at least %u, and the "
			       "cache is larger than a line of each way",
			       whole, LINE_MIN);
	caches->of[level] = c;
	caches->assumed[level] = false;
	return 0;
}

int cachegrind_caches_parse(const char *text, struct cachegrind_caches *caches,
			    struct err *err)
{
	AUTO_FREE char *copy = xstrdup(text);
	struct cachegrind_caches new = *caches;
	char *save = NULL, *one = strtok_r(copy, ":", &save);
	int r;

	if (!one)
		return err_set(err, -EINVAL, "no cache is given");
	for (; one; one = strtok_r(NULL, ":", &save)) {
		r = parse_one(one, &new, err);
		if (r < 0)
			return r;
	}
	*caches = new;
	return 0;
}

char *cachegrind_cache_text(char buf[FMT_LEN],
			    const struct cachegrind_cache *cache)
{
	char size[FMT_LEN];

	fmt_bytes(size, cache->bytes);
	snprintf(buf, FMT_LEN, "%.24s, %u-way", size, cache->ways);
	return buf;
}
