/* What the loops have to know about this machine; see caches.h. */
#include "cmd/caches.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/xalloc.h"

#include <string.h>

#define CGROUPS "/sys/fs/cgroup"

static void find_sizes(const struct rootfs *root, const struct topology *t,
		       struct loop_caches *ret)
{
	AUTO_FREE struct topology_cache *caches = NULL;
	int n = topology_caches(root, t, &caches), last = 0;

	for (int i = 0; i < n; i++) {
		const struct topology_cache *c = &caches[i];
		uint64_t shared = c->shared_by > 0 ? (uint64_t)c->shared_by : 1;

		if (c->type == 'i' || c->level < 1 || c->level > LOOP_DRAM ||
		    !c->size)
			continue;
		ret->size[c->level - 1] = c->size;
		if (c->level == 1 && c->line_bytes >= 16)
			ret->line = c->line_bytes;
		if (c->level < last)
			continue;
		last = c->level;
		ret->last_total = c->size * ((t->ncpus + shared - 1) / shared);
	}
}

/* MemAvailable of /proc/meminfo in bytes; 0: not told. */
static uint64_t free_memory(const struct rootfs *root)
{
	static const char key[] = "MemAvailable:";
	AUTO_FREE char *text = NULL;
	AUTO_FREE char *digits = NULL;
	uint64_t kib;
	char *at;

	if (rootfs_read(root, &text, "/proc/meminfo") < 0)
		return 0;
	at = strstr(text, key);
	if (!at)
		return 0;
	at += strlen(key);
	at += strspn(at, " \t");
	digits = xstrndup(at, strspn(at, "0123456789"));
	return parse_u64(digits, &kib) == 0 ? kib << 10 : 0;
}

/* What one cgroup leaves of its limit; 0: it has none. */
static uint64_t left_in(const struct rootfs *root, const char *cgroup)
{
	uint64_t max, used = 0;

	/* "max" is no number */
	if (rootfs_read_u64(root, &max, CGROUPS "%s/memory.max", cgroup) < 0)
		return 0;
	rootfs_read_u64(root, &used, CGROUPS "%s/memory.current", cgroup);
	return max > used ? max - used : 1;
}

/* Every cgroup on the way up may have a limit. */
static uint64_t cgroup_memory(const struct rootfs *root)
{
	AUTO_FREE char *text = NULL;
	uint64_t least = 0;
	char *path, *end;

	if (rootfs_read(root, &text, "/proc/self/cgroup") < 0)
		return 0;
	path = strstr(text, "0::/");
	if (!path)
		return 0;
	path += strlen("0::");
	path[strcspn(path, "\n")] = '\0';
	do {
		uint64_t left = left_in(root, path);

		if (left && (!least || left < least))
			least = left;
		end = strrchr(path, '/');
		if (end)
			*end = '\0';
	} while (end);
	return least;
}

void caches_find(const struct rootfs *root, const struct topology *topology,
		 struct loop_caches *ret)
{
	uint64_t memory = free_memory(root), left = cgroup_memory(root);

	*ret = (struct loop_caches){ 0 };
	find_sizes(root, topology, ret);
	if (left && (!memory || left < memory))
		memory = left;
	/* little is not "not known" */
	ret->limit = memory ? memory / 4 + !(memory / 4) : 0;
}
