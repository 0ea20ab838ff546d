/* A set of CPU numbers; see cpuset.h. */
#include "cpu/cpuset.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/strbuf.h"
#include "base/vec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CPU_MAX 65535

/* Index of the first member that is not below @cpu. */
static size_t lower_bound(const struct cpuset *set, int cpu)
{
	size_t lo = 0, hi = set->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (set->cpus[mid] < cpu)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void cpuset_add(struct cpuset *set, int cpu)
{
	size_t at = lower_bound(set, cpu);

	if (at < set->n && set->cpus[at] == cpu)
		return;
	VEC_PUSH(set->cpus, set->n, cpu);
	if (at == set->n - 1)
		return;
	memmove(&set->cpus[at + 1], &set->cpus[at],
		(set->n - 1 - at) * sizeof(*set->cpus));
	set->cpus[at] = cpu;
}

bool cpuset_has(const struct cpuset *set, int cpu)
{
	size_t at = lower_bound(set, cpu);

	return at < set->n && set->cpus[at] == cpu;
}

/* The capacity follows from the count, so a copy has to be pushed too. */
struct cpuset cpuset_copy(const struct cpuset *set)
{
	struct cpuset copy = { 0 };

	for (size_t i = 0; i < set->n; i++)
		VEC_PUSH(copy.cpus, copy.n, set->cpus[i]);
	return copy;
}

/* Take the number at **@p, which ends before anything but a digit. */
static int take_number(const char *text, const char **p, int *ret,
		       struct err *err)
{
	size_t len = strspn(*p, "0123456789");
	AUTO_FREE char *digits = xstrndup(*p, len);
	int r;

	if (!len)
		return err_set(err, -EINVAL,
			       "CPU list '%s': expected a CPU number at "
			       "character %zu",
			       text, (size_t)(*p - text) + 1);
	r = parse_int(digits, ret);
	if (r < 0 || *ret > CPU_MAX)
		return err_set(err, -EINVAL,
			       "CPU list '%s': %s at character %zu is more "
			       "than %d",
			       text, digits, (size_t)(*p - text) + 1, CPU_MAX);
	*p += len;
	return 0;
}

/* "3" or "0-7" */
static int take_range(const char *text, const char **p, struct cpuset *set,
		      struct err *err)
{
	const char *start = *p;
	int first, last, r;

	r = take_number(text, p, &first, err);
	if (r < 0)
		return r;
	last = first;
	if (**p == '-') {
		(*p)++;
		r = take_number(text, p, &last, err);
		if (r < 0)
			return r;
	}
	if (last < first)
		return err_set(err, -EINVAL,
			       "CPU list '%s': the range '%.*s' at character "
			       "%zu runs backwards",
			       text, (int)(*p - start), start,
			       (size_t)(start - text) + 1);
	for (int cpu = first; cpu <= last; cpu++)
		cpuset_add(set, cpu);
	return 0;
}

int cpuset_parse(const char *text, struct cpuset *ret, struct err *err)
{
	AUTO(cpuset_done) struct cpuset set = { 0 };
	const char *p = text;
	int r;

	while (*p) {
		r = take_range(text, &p, &set, err);
		if (r < 0)
			return r;
		if (!*p)
			break;
		if (*p != ',')
			return err_set(err, -EINVAL,
				       "CPU list '%s': expected ',' or '-' at "
				       "character %zu",
				       text, (size_t)(p - text) + 1);
		p++;
		if (!*p)
			return err_set(err, -EINVAL,
				       "CPU list '%s' ends with a comma", text);
	}
	*ret = set;
	set = (struct cpuset){ 0 };
	return 0;
}

char *cpuset_format(const struct cpuset *set)
{
	struct strbuf text = { 0 };

	for (size_t i = 0; i < set->n;) {
		size_t last = i;

		while (last + 1 < set->n &&
		       set->cpus[last + 1] == set->cpus[last] + 1)
			last++;
		strbuf_addf(&text, "%s%d", i ? "," : "", set->cpus[i]);
		if (last > i)
			strbuf_addf(&text, "-%d", set->cpus[last]);
		i = last + 1;
	}
	return strbuf_detach(&text);
}

void cpuset_done(struct cpuset *set)
{
	free(set->cpus);
	*set = (struct cpuset){ 0 };
}
