/*
 * Hardware cache events: "<cache>[-<operation>][-<result>]" with perf's many
 * spellings; without an operation it is a load, without a result an access.
 */
#include "event/link/link.h"

#include "base/auto.h"

#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SPELLINGS 5

/* The first spelling is the canonical one. */
static const struct {
	const char *names[SPELLINGS];
	unsigned operations; /* which the kernel's tables can hold */
} caches[] = {
	[PERF_COUNT_HW_CACHE_L1D] = {
		.names = { "L1-dcache", "l1-d", "l1d", "L1-data" },
		.operations = 7,
	},
	[PERF_COUNT_HW_CACHE_L1I] = {
		.names = { "L1-icache", "l1-i", "l1i", "L1-instruction" },
		.operations = 5,
	},
	[PERF_COUNT_HW_CACHE_LL] = {
		.names = { "LLC", "L2" },
		.operations = 7,
	},
	[PERF_COUNT_HW_CACHE_DTLB] = {
		.names = { "dTLB", "d-tlb", "Data-TLB" },
		.operations = 7,
	},
	[PERF_COUNT_HW_CACHE_ITLB] = {
		.names = { "iTLB", "i-tlb", "Instruction-TLB" },
		.operations = 1,
	},
	[PERF_COUNT_HW_CACHE_BPU] = {
		.names = { "branch", "branches", "bpu", "btb", "bpc" },
		.operations = 1,
	},
	[PERF_COUNT_HW_CACHE_NODE] = {
		.names = { "node" },
		.operations = 7,
	},
};
_Static_assert(ARRAY_LEN(caches) == PERF_COUNT_HW_CACHE_MAX, "every cache");

static const struct {
	const char *names[SPELLINGS];
	const char *plural;
} operations[] = {
	[PERF_COUNT_HW_CACHE_OP_READ] = {
		.names = { "load", "loads", "read" },
		.plural = "loads",
	},
	[PERF_COUNT_HW_CACHE_OP_WRITE] = {
		.names = { "store", "stores", "write" },
		.plural = "stores",
	},
	[PERF_COUNT_HW_CACHE_OP_PREFETCH] = {
		.names = { "prefetch", "prefetches", "speculative-read",
			   "speculative-load" },
		.plural = "prefetches",
	},
};
_Static_assert(ARRAY_LEN(operations) == PERF_COUNT_HW_CACHE_OP_MAX,
	       "every operation");

static const struct {
	const char *names[SPELLINGS];
} results[] = {
	[PERF_COUNT_HW_CACHE_RESULT_ACCESS] = {
		.names = { "refs", "Reference", "ops", "access" },
	},
	[PERF_COUNT_HW_CACHE_RESULT_MISS] = {
		.names = { "misses", "miss" },
	},
};
_Static_assert(ARRAY_LEN(results) == PERF_COUNT_HW_CACHE_RESULT_MAX,
	       "every result");

/* How much of @text one of @names takes, up to a '-' or the end. */
static size_t match(const char *const names[SPELLINGS], const char *text,
		    size_t len)
{
	size_t best = 0;

	for (size_t i = 0; i < SPELLINGS && names[i]; i++) {
		size_t n = strlen(names[i]);

		if (n > best && n <= len &&
		    strncasecmp(names[i], text, n) == 0 &&
		    (n == len || text[n] == '-'))
			best = n;
	}
	return best;
}

struct walk {
	const char *text;
	size_t len;
	int op, result; /* -1: not said yet */
};

/* Take "-operation" or "-result" off; false when it is neither. */
static bool take(struct walk *w)
{
	size_t n;

	w->text++;
	w->len--;
	for (size_t i = 0; i < ARRAY_LEN(operations) && w->op < 0; i++) {
		n = match(operations[i].names, w->text, w->len);
		if (n) {
			w->op = (int)i;
			goto taken;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(results) && w->result < 0; i++) {
		n = match(results[i].names, w->text, w->len);
		if (n) {
			w->result = (int)i;
			goto taken;
		}
	}
	return false;
taken:
	w->text += n;
	w->len -= n;
	return true;
}

static bool parse_rest(size_t cache, const char *text, size_t len,
		       uint64_t *config)
{
	struct walk w = { .text = text, .len = len, .op = -1, .result = -1 };

	while (w.len)
		if (!take(&w))
			return false;
	if (w.op < 0)
		w.op = PERF_COUNT_HW_CACHE_OP_READ;
	if (w.result < 0)
		w.result = PERF_COUNT_HW_CACHE_RESULT_ACCESS;
	if (!(caches[cache].operations & (1U << w.op)))
		return false;
	*config = cache | (uint64_t)w.op << 8 | (uint64_t)w.result << 16;
	return true;
}

bool link_cache_find(const char *name, size_t len, uint64_t *config)
{
	for (size_t i = 0; i < ARRAY_LEN(caches); i++) {
		size_t n = match(caches[i].names, name, len);

		if (n && parse_rest(i, name + n, len - n, config))
			return true;
	}
	return false;
}

void link_cache_name(uint64_t config, char *buf, size_t len)
{
	size_t cache = config & 0xff, op = config >> 8 & 0xff;

	if (config >> 16 & 0xff)
		snprintf(buf, len, "%s-%s-misses", caches[cache].names[0],
			 operations[op].names[0]);
	else
		snprintf(buf, len, "%s-%s", caches[cache].names[0],
			 operations[op].plural);
}

int link_cache_each(int (*each)(const char *name, void *arg), void *arg)
{
	char name[64];

	for (size_t c = 0; c < ARRAY_LEN(caches); c++) {
		for (uint64_t i = 0; i < 6; i++) {
			uint64_t op = i / 2, result = i % 2;
			int r;

			if (!(caches[c].operations & (1U << op)))
				continue;
			link_cache_name(c | op << 8 | result << 16, name,
					sizeof(name));
			r = each(name, arg);
			if (r)
				return r;
		}
	}
	return 0;
}
