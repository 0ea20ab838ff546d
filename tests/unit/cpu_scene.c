/* See cpu_scene.h. */
#include "cpu_scene.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "metric/set.h"

#include "unit.h"

#include <math.h>
#include <string.h>

#define AMD(f, m)                                                              \
	{                                                                      \
		.arch = CPU_ARCH_X86, .vendor = "AuthenticAMD", .family = (f), \
		.model = (m)                                                   \
	}
#define ARM(m)                                                                 \
	{                                                                      \
		.arch = CPU_ARCH_ARM64, .vendor = "ARM", .midr = (m)           \
	}

static const struct {
	const char *name;
	struct cpu cpu;
} cpus[] = {
	{ "zen2", AMD(23, 0x31) },
	{ "zen3", AMD(25, 0x01) },
	{ "zen4", AMD(25, 0x11) },
	{ "zen5", AMD(26, 0x02) },
	{ "n1", ARM(0x413fd0c1) },
	{ "n2-r0p0", ARM(0x410fd490) },
	{ "n2-r0p2", ARM(0x410fd492) },
	{ "n2-r0p3", ARM(0x410fd493) },
	{ "v1", ARM(0x411fd401) },
	{ "v2", ARM(0x410fd4f0) },
	{ "n3", ARM(0x410fd8e0) },
	{ "v3", ARM(0x410fd840) },
	{ "v3ae", ARM(0x410fd830) },
	{ "cobalt", ARM(0x6d0fd490) },
	/* of which there is no file: Cortex-A510, M1, Broadwell, Zen, U74 */
	{ "arm", ARM(0x410fd460) },
	{ "apple", ARM(0x611f0230) },
	{ "intel",
	  { .arch = CPU_ARCH_X86,
	    .vendor = "GenuineIntel",
	    .family = 6,
	    .model = 0x4f } },
	{ "zen1", AMD(23, 0x01) },
	{ "riscv",
	  { .arch = CPU_ARCH_RISCV,
	    .vendor = "0x489",
	    .riscv_id = "0x489-0x8000000000000007-0x0" } },
	/* of which there is no file: Cortex-A510, M1, Broadwell, Zen, U74 */
	{ "arm", ARM(0x410fd460) },
	{ "apple", ARM(0x611f0230) },
	{ "intel",
	  { .arch = CPU_ARCH_X86,
	    .vendor = "GenuineIntel",
	    .family = 6,
	    .model = 0x4f } },
	{ "zen1", AMD(23, 0x01) },
	{ "riscv",
	  { .arch = CPU_ARCH_RISCV,
	    .vendor = "0x489",
	    .riscv_id = "0x489-0x8000000000000007-0x0" } },
};

void scene_cpu_load(struct scene_cpu *ret, const char *name)
{
	struct err err = { 0 };
	struct cpu cpu = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(cpus); i++)
		if (!strcmp(cpus[i].name, name))
			cpu = cpus[i].cpu;
	assert_true(*cpu.vendor);
	memset(ret, 0, sizeof(*ret));
	ret->name = name;
	if (catalog_load(&ret->catalog, &cpu, NULL, 0, &err) < 0 ||
	    metric_load(&ret->catalog, &ret->metrics, &err) < 0)
		fail_msg("%s: %s", name, err.what);
}

void scene_cpu_done(struct scene_cpu *cpu)
{
	metric_list_done(&cpu->metrics);
	catalog_done(&cpu->catalog);
}

struct eval {
	const struct scene_cpu *cpu;
	const struct scene_number *counts;
};

static const struct scene_number *find(const struct scene_number *list,
				       const char *name)
{
	for (size_t i = 0; i < SCENE_NAMES_MAX && list[i].name; i++)
		if (!strcmp(list[i].name, name))
			return &list[i];
	return NULL;
}

/* Names as the program looks them up: constant, metric, else a count. */
static struct expr_value lookup(void *arg, const char *name,
				enum expr_aspect aspect)
{
	const struct eval *e = arg;
	const struct section *constant =
		catalog_find(&e->cpu->catalog, "constant", name);
	const struct metric *m = metric_find(&e->cpu->metrics, name);
	const struct scene_number *count = find(e->counts, name);
	struct expr_value v = { 0 };

	assert_int_equal(aspect, EXPR_COUNT);
	if (constant) {
		assert_int_equal(metric_constant(constant, &v.number, NULL), 0);
		return v;
	}
	if (m && m->formula)
		return expr_eval(m->formula, lookup, arg);
	if (!count)
		return (struct expr_value){ .absent = "not counted" };
	v.number = count->value;
	return v;
}

double scene_value(const struct scene_cpu *cpu, const struct cpu_scene *scene,
		   const char *name)
{
	struct eval e = { cpu, scene->counts };
	const struct metric *m = metric_find(&cpu->metrics, name);
	struct expr_value v;

	if (!m || !m->formula) {
		fail_msg("%s: there is no formula for %s", cpu->name, name);
		return 0;
	}
	v = expr_eval(m->formula, lookup, &e);
	if (v.absent)
		fail_msg("%s, %s: %s: %s", cpu->name, scene->what, name,
			 v.absent);
	return v.number;
}

void scene_check(const char *cpu, const struct cpu_scene *scenes, size_t n)
{
	AUTO(scene_cpu_done) struct scene_cpu k;

	scene_cpu_load(&k, cpu);
	for (size_t i = 0; i < n; i++) {
		const struct scene_number *x = scenes[i].expected;

		assert_non_null(x->name);
		for (; x->name; x++) {
			double got = scene_value(&k, &scenes[i], x->name);

			if (fabs(got - x->value) > 1e-9 * fmax(1, x->value))
				fail_msg("%s, %s: %s is %.9g, not %.9g", cpu,
					 scenes[i].what, x->name, got,
					 x->value);
		}
	}
}

double scene_random(uint64_t *seed, double below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return floor((double)(*seed >> 33) / 2147483648.0 * below);
}

void scene_check_sums(const struct scene_cpu *cpu,
		      const struct cpu_scene *scene, const char *const *level1)
{
	static const char *const pairs[][3] = {
		{ "frontend_bound", "fetch_latency", "fetch_bandwidth" },
		{ "bad_speculation", "branch_mispredicts", "machine_clears" },
		{ "backend_bound", "memory_bound", "core_bound" },
		{ "retiring", "heavy_operations", "light_operations" },
	};
	double sum = 0;

	for (; *level1; level1++) {
		double share = scene_value(cpu, scene, *level1);

		assert_true(share >= -1e-9 && share <= 1 + 1e-9);
		sum += share;
	}
	if (fabs(sum - 1) > 1e-9)
		fail_msg("%s: level 1 is %.12g", cpu->name, sum);
	for (size_t n = 0; n < ARRAY_LEN(pairs); n++) {
		double whole = scene_value(cpu, scene, pairs[n][0]);

		if (!metric_find(&cpu->metrics, pairs[n][1])->formula)
			continue;
		for (size_t p = 1; p <= 2; p++) {
			double part = scene_value(cpu, scene, pairs[n][p]);

			assert_true(part >= -1e-9);
			whole -= part;
		}
		assert_true(fabs(whole) < 1e-9);
	}
}

void scene_check_sets(const char *cpu)
{
	AUTO(scene_cpu_done) struct scene_cpu k;
	size_t nsets = 0;

	scene_cpu_load(&k, cpu);
	for (size_t i = 0; i < k.catalog.nlive; i++) {
		AUTO(metric_set_done) struct metric_set set = { 0 };

		if (strcmp(k.catalog.live[i]->kind, "set") != 0)
			continue;
		nsets++;
		assert_int_equal(metric_set_read(k.catalog.live[i], &set, NULL),
				 0);
		for (size_t n = 0; n < set.n; n++) {
			const struct metric *m =
				metric_find(&k.metrics, set.metrics[n]);

			if (!m || (!m->formula && !m->note))
				fail_msg("%s: [set %s]: %s has neither a "
					 "formula nor a reason",
					 cpu, set.name, set.metrics[n]);
		}
	}
	assert_true(nsets >= 8);
}

void scene_check_no_slots(const char *cpu)
{
	static const char *const names[] = { "frontend_bound", "backend_bound",
					     "bad_speculation", "retiring" };
	AUTO(scene_cpu_done) struct scene_cpu k;

	scene_cpu_load(&k, cpu);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct metric *m = metric_find(&k.metrics, names[i]);

		assert_null(m->formula);
		assert_non_null(strstr(m->lacks, "slots"));
	}
}
