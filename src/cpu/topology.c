/*
 * Where each CPU sits; see topology.h.
 *
 * The numbers that the kernel gives are taken as they are, with one repair:
 * on some arm64 machines core_id starts again in every cluster, and only
 * core_cpus_list tells that two CPUs of one package and id are not threads of
 * one core.
 */
#include "cpu/topology.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/vec.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CPU_DIR "/sys/devices/system/cpu"
#define NODE_DIR "/sys/devices/system/node"

static int read_cpu_list(const struct rootfs *root, const char *path,
			 struct cpuset *ret, struct err *err)
{
	AUTO_FREE char *text = NULL;
	int r = rootfs_read(root, &text, "%s", path);

	if (r < 0)
		return err_set(err, r, "cannot read '%s': %s", path,
			       strerror(-r));
	r = cpuset_parse(text, ret, err);
	return r < 0 ? err_prefix(err, "%s", path) : 0;
}

/* -1 when there is no such file */
static int topology_number(const struct rootfs *root, int cpu, const char *name)
{
	int value = -1;

	rootfs_read_int(root, &value, CPU_DIR "/cpu%d/topology/%s", cpu, name);
	return value;
}

static void place_cpu(const struct rootfs *root, bool has_files, int cpu,
		      struct topology_cpu *ret)
{
	*ret = (struct topology_cpu){ .cpu = cpu, .core = cpu, .node = -1 };
	if (!has_files)
		return;
	ret->socket = topology_number(root, cpu, "physical_package_id");
	ret->die = topology_number(root, cpu, "die_id");
	if (ret->die < 0)
		ret->die = 0;
	ret->core = topology_number(root, cpu, "core_id");
	if (ret->core < 0)
		ret->core = cpu;
}

static struct topology_cpu *find_row(const struct topology *t, int cpu)
{
	size_t lo = 0, hi = t->ncpus;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->cpus[mid].cpu < cpu)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < t->ncpus && t->cpus[lo].cpu == cpu)
		return &t->cpus[lo];
	return NULL;
}

static void place_nodes(const struct rootfs *root, struct topology *t)
{
	char **names = NULL;
	ssize_t n = rootfs_list(root, &names, "%s", NODE_DIR);

	for (ssize_t i = 0; i < n; i++) {
		AUTO(cpuset_done) struct cpuset cpus = { 0 };
		AUTO_FREE char *text = NULL;
		int node;

		if (strncmp(names[i], "node", 4) != 0 ||
		    parse_int(names[i] + 4, &node) < 0 ||
		    rootfs_read(root, &text, NODE_DIR "/%s/cpulist", names[i]) <
			    0 ||
		    cpuset_parse(text, &cpus, NULL) < 0)
			continue;
		for (size_t k = 0; k < cpus.n; k++) {
			struct topology_cpu *row = find_row(t, cpus.cpus[k]);

			if (row)
				row->node = node;
		}
	}
	if (n >= 0)
		rootfs_free_names(names, (size_t)n);
}

static int by_core(const void *a, const void *b)
{
	const struct topology_cpu *x = a, *y = b;

	if (x->socket != y->socket)
		return x->socket < y->socket ? -1 : 1;
	if (x->die != y->die)
		return x->die < y->die ? -1 : 1;
	if (x->core != y->core)
		return x->core < y->core ? -1 : 1;
	return x->cpu < y->cpu ? -1 : x->cpu > y->cpu;
}

static int by_cpu(const void *a, const void *b)
{
	const struct topology_cpu *x = a, *y = b;

	return x->cpu < y->cpu ? -1 : x->cpu > y->cpu;
}

static bool same_core(const struct topology_cpu *a,
		      const struct topology_cpu *b)
{
	return a->socket == b->socket && a->die == b->die && a->core == b->core;
}

/* The CPUs of @cpu's core; older kernels have the second name only. */
static int core_siblings(const struct rootfs *root, int cpu, struct cpuset *ret)
{
	AUTO_FREE char *text = NULL;
	int r;

	r = rootfs_read(root, &text, CPU_DIR "/cpu%d/topology/core_cpus_list",
			cpu);
	if (r < 0)
		r = rootfs_read(root, &text,
				CPU_DIR "/cpu%d/topology/thread_siblings_list",
				cpu);
	return r < 0 ? r : cpuset_parse(text, ret, NULL);
}

/* Do the ids of the sorted @rows say what the kernel's sibling lists say? */
static bool ids_are_true(const struct rootfs *root,
			 const struct topology_cpu *rows, size_t n)
{
	for (size_t i = 0, end; i < n; i = end) {
		AUTO(cpuset_done) struct cpuset siblings = { 0 };

		for (end = i + 1; end < n && same_core(&rows[i], &rows[end]);)
			end++;
		if (end == i + 1 ||
		    core_siblings(root, rows[i].cpu, &siblings) < 0)
			continue;
		for (size_t k = i; k < end; k++)
			if (!cpuset_has(&siblings, rows[k].cpu))
				return false;
	}
	return true;
}

/* Name every core after its first CPU. */
static void renumber_cores(const struct rootfs *root, struct topology *t)
{
	for (size_t i = 0; i < t->ncpus; i++) {
		AUTO(cpuset_done) struct cpuset siblings = { 0 };
		struct topology_cpu *row = &t->cpus[i];

		row->core = row->cpu;
		if (core_siblings(root, row->cpu, &siblings) == 0 && siblings.n)
			row->core = siblings.cpus[0];
	}
}

static void count_cores(struct topology *t, const struct topology_cpu *rows)
{
	int threads = 0;

	for (size_t i = 0; i < t->ncpus; i++) {
		bool first = !i || !same_core(&rows[i - 1], &rows[i]);

		threads = first ? 1 : threads + 1;
		t->ncores += first;
		t->nsockets += !i || rows[i - 1].socket != rows[i].socket;
		if (threads > t->threads_per_core)
			t->threads_per_core = threads;
	}
}

static void count_nodes(struct topology *t)
{
	AUTO(cpuset_done) struct cpuset nodes = { 0 };

	for (size_t i = 0; i < t->ncpus; i++)
		if (t->cpus[i].node >= 0)
			cpuset_add(&nodes, t->cpus[i].node);
	t->nnodes = (int)nodes.n;
}

int topology_load(const struct rootfs *root, struct topology *ret,
		  struct err *err)
{
	AUTO(topology_done) struct topology t = { .threads_per_core = 1 };
	bool has_files;
	int r;

	r = read_cpu_list(root, CPU_DIR "/online", &t.online, err);
	if (r < 0)
		return r;
	if (!t.online.n)
		return err_set(err, -ENODATA, "'%s' names no CPU",
			       CPU_DIR "/online");
	t.ncpus = t.online.n;
	t.cpus = xcalloc(t.ncpus, sizeof(*t.cpus));
	has_files = rootfs_exists(root, CPU_DIR "/cpu%d/topology",
				  t.online.cpus[0]);
	for (size_t i = 0; i < t.ncpus; i++)
		place_cpu(root, has_files, t.online.cpus[i], &t.cpus[i]);
	place_nodes(root, &t);

	qsort(t.cpus, t.ncpus, sizeof(*t.cpus), by_core);
	if (!ids_are_true(root, t.cpus, t.ncpus)) {
		renumber_cores(root, &t);
		qsort(t.cpus, t.ncpus, sizeof(*t.cpus), by_core);
	}
	count_cores(&t, t.cpus);
	count_nodes(&t);
	qsort(t.cpus, t.ncpus, sizeof(*t.cpus), by_cpu);

	*ret = t;
	t = (struct topology){ 0 };
	return 0;
}

const struct topology_cpu *topology_find(const struct topology *t, int cpu)
{
	return find_row(t, cpu);
}

/* "48K", "32768K", "2M"; 0 when it is nothing like that */
static uint64_t cache_size(const char *text)
{
	size_t len = strspn(text, "0123456789");
	AUTO_FREE char *digits = xstrndup(text, len);
	uint64_t size;

	if (parse_u64(digits, &size) < 0)
		return 0;
	if (strcmp(text + len, "K") == 0)
		return size << 10;
	if (strcmp(text + len, "M") == 0)
		return size << 20;
	return text[len] ? 0 : size;
}

#define CACHE_DIR CPU_DIR "/cpu%d/cache/%s/"

static int read_cache(const struct rootfs *root, int cpu, const char *name,
		      struct topology_cache *ret)
{
	AUTO(cpuset_done) struct cpuset shared = { 0 };
	AUTO_FREE char *type = NULL;
	AUTO_FREE char *size = NULL;
	AUTO_FREE char *cpus = NULL;
	struct topology_cache c = { 0 };
	int r;

	r = rootfs_read_int(root, &c.level, CACHE_DIR "level", cpu, name);
	if (r == 0)
		r = rootfs_read(root, &type, CACHE_DIR "type", cpu, name);
	if (r < 0)
		return r;
	c.type = *type == 'D' ? 'd' : *type == 'I' ? 'i' : 'u';
	if (rootfs_read(root, &size, CACHE_DIR "size", cpu, name) == 0)
		c.size = cache_size(size);
	rootfs_read_int(root, &c.ways, CACHE_DIR "ways_of_associativity", cpu,
			name);
	rootfs_read_int(root, &c.line_bytes, CACHE_DIR "coherency_line_size",
			cpu, name);
	rootfs_read_int(root, &c.sets, CACHE_DIR "number_of_sets", cpu, name);
	if (rootfs_read(root, &cpus, CACHE_DIR "shared_cpu_list", cpu, name) ==
		    0 &&
	    cpuset_parse(cpus, &shared, NULL) == 0)
		c.shared_by = (int)shared.n;
	*ret = c;
	return 0;
}

int topology_caches(const struct rootfs *root, const struct topology *t,
		    struct topology_cache **ret)
{
	struct topology_cache *caches = NULL, cache;
	int cpu = t->ncpus ? t->cpus[0].cpu : 0;
	char **names = NULL;
	size_t ncaches = 0;
	ssize_t n;

	n = rootfs_list(root, &names, CPU_DIR "/cpu%d/cache", cpu);
	if (n < 0)
		return (int)n;
	for (ssize_t i = 0; i < n; i++)
		if (strncmp(names[i], "index", 5) == 0 &&
		    read_cache(root, cpu, names[i], &cache) == 0)
			VEC_PUSH(caches, ncaches, cache);
	rootfs_free_names(names, (size_t)n);
	*ret = caches;
	return (int)ncaches;
}

void topology_done(struct topology *t)
{
	free(t->cpus);
	cpuset_done(&t->online);
	*t = (struct topology){ 0 };
}
