#include "cpu/topology.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include "unit.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
	const char *machine;
	size_t ncpus;
	int ncores, nsockets, nnodes, threads;
} machines[] = {
	{ "skx-2s", 8, 4, 2, 2, 2 },     { "zen4", 8, 4, 1, 1, 2 },
	{ "adl-hybrid", 8, 6, 1, 1, 2 }, { "arm-n1", 4, 4, 1, 1, 1 },
	{ "vm-nopmu", 2, 2, 1, 1, 1 },
};

static void recorded_machines_have_their_shape(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(machines); i++) {
		struct rootfs root = { unit_machine(machines[i].machine) };
		AUTO(topology_done) struct topology t = { 0 };
		struct err err = { 0 };

		if (topology_load(&root, &t, &err) < 0)
			fail_msg("%s", err.what);
		assert_int_equal(t.ncpus, machines[i].ncpus);
		assert_int_equal(t.online.n, machines[i].ncpus);
		assert_int_equal(t.ncores, machines[i].ncores);
		assert_int_equal(t.nsockets, machines[i].nsockets);
		assert_int_equal(t.nnodes, machines[i].nnodes);
		assert_int_equal(t.threads_per_core, machines[i].threads);
		for (size_t k = 1; k < t.ncpus; k++)
			assert_true(t.cpus[k - 1].cpu < t.cpus[k].cpu);
	}
}

static void a_cpu_is_found_where_it_sits(void **state)
{
	struct rootfs root = { unit_machine("skx-2s") };
	AUTO(topology_done) struct topology t = { 0 };
	const struct topology_cpu *row;

	(void)state;
	assert_int_equal(topology_load(&root, &t, NULL), 0);
	row = topology_find(&t, 7);
	assert_non_null(row);
	assert_int_equal(row->cpu, 7);
	assert_int_equal(row->socket, 1);
	assert_int_equal(row->die, 0);
	assert_int_equal(row->core, 1);
	assert_int_equal(row->node, 1);
	assert_null(topology_find(&t, 8));
	assert_null(topology_find(&t, -1));
}

static void caches_are_those_of_the_first_cpu(void **state)
{
	struct rootfs root = { unit_machine("skx-2s") };
	AUTO(topology_done) struct topology t = { 0 };
	AUTO_FREE struct topology_cache *caches = NULL;

	(void)state;
	assert_int_equal(topology_load(&root, &t, NULL), 0);
	assert_int_equal(topology_caches(&root, &t, &caches), 4);
	assert_int_equal(caches[0].type, 'd');
	assert_int_equal(caches[1].type, 'i');
	assert_int_equal(caches[3].type, 'u');
	assert_int_equal(caches[3].level, 3);
	assert_true(caches[3].size == 16896u << 10);
	assert_int_equal(caches[3].ways, 11);
	assert_int_equal(caches[3].line_bytes, 64);
	assert_int_equal(caches[3].sets, 24576);
	assert_int_equal(caches[3].shared_by, 4);
	for (int i = 0; i < 4; i++)
		assert_true(caches[i].size == (uint64_t)caches[i].ways *
						      (uint64_t)caches[i].sets *
						      64);
}

/* A machine of our own making, for what no recorded one has. */
static char *new_machine(void)
{
	char *dir = xasprintf("%s/tacho-topology-XXXXXX",
			      getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");

	assert_non_null(mkdtemp(dir));
	return dir;
}

static void put(const char *dir, const char *path, const char *text)
{
	AUTO_FREE char *file = xasprintf("%s%s", dir, path);
	FILE *f;

	for (char *p = strchr(file + strlen(dir) + 1, '/'); p;
	     p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(file, 0700);
		*p = '/';
	}
	f = fopen(file, "we");
	assert_non_null(f);
	fprintf(f, "%s\n", text);
	assert_int_equal(fclose(f), 0);
}

static void drop_machine(char *dir)
{
	AUTO_FREE char *command = xasprintf("rm -rf '%s'", dir);

	assert_int_equal(system(command), 0);
	free(dir);
}

static void without_topology_every_cpu_is_a_core(void **state)
{
	char *dir = new_machine();
	struct rootfs root = { dir };
	AUTO(topology_done) struct topology t = { 0 };

	(void)state;
	put(dir, "/sys/devices/system/cpu/online", "0-1,3");
	assert_int_equal(topology_load(&root, &t, NULL), 0);
	assert_int_equal(t.ncpus, 3);
	assert_int_equal(t.ncores, 3);
	assert_int_equal(t.nsockets, 1);
	assert_int_equal(t.nnodes, 0);
	assert_int_equal(t.threads_per_core, 1);
	assert_int_equal(topology_find(&t, 3)->core, 3);
	assert_int_equal(topology_find(&t, 3)->socket, 0);
	assert_int_equal(topology_find(&t, 3)->node, -1);
	drop_machine(dir);
}

/* Two clusters of one package, each with a core 0, and no SMT. */
static void core_ids_that_repeat_are_not_threads(void **state)
{
	static const char cpu_dir[] = "/sys/devices/system/cpu/cpu";
	static const char *const core_id[] = { "0", "1", "0", "1" };
	char *dir = new_machine();
	struct rootfs root = { dir };
	AUTO(topology_done) struct topology t = { 0 };

	(void)state;
	put(dir, "/sys/devices/system/cpu/online", "0-3");
	for (int i = 0; i < 4; i++) {
		AUTO_FREE char *id =
			xasprintf("%s%d/topology/core_id", cpu_dir, i);
		AUTO_FREE char *package = xasprintf(
			"%s%d/topology/physical_package_id", cpu_dir, i);
		AUTO_FREE char *list = xasprintf(
			"%s%d/topology/thread_siblings_list", cpu_dir, i);
		AUTO_FREE char *self = xasprintf("%d", i);

		put(dir, id, core_id[i]);
		put(dir, package, "0");
		put(dir, list, self);
	}
	assert_int_equal(topology_load(&root, &t, NULL), 0);
	assert_int_equal(t.ncores, 4);
	assert_int_equal(t.threads_per_core, 1);
	assert_int_not_equal(topology_find(&t, 0)->core,
			     topology_find(&t, 2)->core);
	drop_machine(dir);
}

static void no_list_of_cpus_is_an_error(void **state)
{
	char *dir = new_machine();
	struct rootfs root = { dir };
	struct topology t = { .ncores = 7 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(topology_load(&root, &t, &err), -ENOENT);
	assert_non_null(strstr(err.what, "/sys/devices/system/cpu/online"));
	put(dir, "/sys/devices/system/cpu/online", "");
	assert_int_equal(topology_load(&root, &t, &err), -ENODATA);
	put(dir, "/sys/devices/system/cpu/online", "0-");
	assert_int_equal(topology_load(&root, &t, &err), -EINVAL);
	assert_non_null(strstr(err.what, "character 3"));
	assert_int_equal(t.ncores, 7);
	drop_machine(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_machines_have_their_shape),
		cmocka_unit_test(a_cpu_is_found_where_it_sits),
		cmocka_unit_test(caches_are_those_of_the_first_cpu),
		cmocka_unit_test(without_topology_every_cpu_is_a_core),
		cmocka_unit_test(core_ids_that_repeat_are_not_threads),
		cmocka_unit_test(no_list_of_cpus_is_an_error),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
