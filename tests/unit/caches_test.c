/* What the loops have to know, from the files of small machines. */
#include "unit.h"

#include "tree.h"

#include "base/auto.h"
#include "cmd/caches.h"

#define MIB (UINT64_C(1) << 20)

static struct loop_caches caches_of(const struct rootfs *root)
{
	AUTO(topology_done) struct topology t = { 0 };
	struct loop_caches c;

	topology_load(root, &t, NULL);
	caches_find(root, &t, &c);
	return c;
}

static void recorded_machines_have_their_caches(void **unused)
{
	struct loop_caches c;

	(void)unused;
	c = caches_of(&(struct rootfs){ unit_machine("zen4") });
	assert_int_equal(c.size[LOOP_L1], 32 << 10);
	assert_int_equal(c.size[LOOP_L2], 1 << 20);
	assert_int_equal(c.size[LOOP_L3], 32 << 20);
	assert_int_equal(c.line, 64);
	/* eight CPUs, of which four share one */
	assert_int_equal(c.last_total, 64 << 20);
	assert_int_equal(c.limit, 0);
	c = caches_of(&(struct rootfs){ unit_machine("vm-nopmu") });
	assert_int_equal(c.last_total, 260 << 20);
	/* no L3 */
	c = caches_of(&(struct rootfs){ unit_machine("arm-n1") });
	assert_int_equal(c.size[LOOP_L3], 0);
	assert_int_equal(c.last_total, 4 << 20);
}

static void put_memory(struct tree *t, const char *available)
{
	char text[128];

	snprintf(text, sizeof(text),
		 "MemTotal:   99999 kB\nMemFree:  1 kB\nMemAvailable: %s kB",
		 available);
	tree_put(t, "/proc/meminfo", text);
}

static void a_quarter_of_what_is_free_may_be_used(void **unused)
{
	struct tree t;

	(void)unused;
	tree_make(&t);
	assert_int_equal(caches_of(&t.root).limit, 0);
	put_memory(&t, "4194304");
	assert_int_equal(caches_of(&t.root).limit, 1024 * MIB);
	put_memory(&t, "much");
	assert_int_equal(caches_of(&t.root).limit, 0);
	tree_remove(&t);
}

static void control_groups_have_limits(void **unused)
{
	struct tree t;

	(void)unused;
	tree_make(&t);
	put_memory(&t, "4194304");
	tree_put(&t, "/proc/self/cgroup", "4:cpu:/x\n0::/a/b");
	tree_put(&t, "/sys/fs/cgroup/a/b/memory.max", "max");
	assert_int_equal(caches_of(&t.root).limit, 1024 * MIB);
	/* that of a parent holds, too, less what is used */
	tree_put(&t, "/sys/fs/cgroup/a/memory.max", "536870912");
	tree_put(&t, "/sys/fs/cgroup/a/memory.current", "134217728");
	assert_int_equal(caches_of(&t.root).limit, 96 * MIB);
	tree_put(&t, "/sys/fs/cgroup/a/b/memory.max", "4194304");
	assert_int_equal(caches_of(&t.root).limit, 1 * MIB);
	/* more than the limit is used: nothing, which is not "no limit" */
	tree_put(&t, "/sys/fs/cgroup/a/b/memory.current", "8388608");
	assert_int_equal(caches_of(&t.root).limit, 1);
	/* in a namespace of its own the group is the root */
	tree_put(&t, "/proc/self/cgroup", "0::/");
	tree_put(&t, "/sys/fs/cgroup/memory.max", "67108864");
	assert_int_equal(caches_of(&t.root).limit, 16 * MIB);
	tree_remove(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_machines_have_their_caches),
		cmocka_unit_test(a_quarter_of_what_is_free_may_be_used),
		cmocka_unit_test(control_groups_have_limits),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
