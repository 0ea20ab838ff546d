/*
 * The metrics of every CPU of events/cpus.map: that each name in a formula
 * exists, that what a set shows has a formula or says why not, and that the
 * shares of the top-down tree are shares, whatever is counted.
 */
#include "event/builtin.h"
#include "event/catalog.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "event/link/link.h"
#include "metric/fact.h"
#include "metric/metric.h"
#include "metric/set.h"

#include "topdown_counts.h"
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 150
#define TOLERANCE 1e-9

/* One kind of core of one CPU, with the metrics that it has. */
struct model {
	struct catalog catalog;
	struct metric_list metrics;
	const char *pmu; /* NULL: there is only one kind */
	char name[80];   /* for messages */
};

static void model_done(struct model *m)
{
	metric_list_done(&m->metrics);
	catalog_done(&m->catalog);
}

typedef void (*model_fn)(const struct model *m);

/* ---- the CPUs of the map ---- */

static bool has_formulas(const struct catalog *c)
{
	for (size_t i = 0; i < c->nlive; i++)
		if (!strcmp(c->live[i]->kind, "formula"))
			return true;
	return false;
}

static bool is_hybrid(const struct catalog *c)
{
	for (size_t i = 0; i < c->nlive; i++)
		if (strchr(c->live[i]->name, '@'))
			return true;
	return false;
}

/* @each with every kind of core of @cpu; 1 when there was something to see. */
static size_t with_cpu(const struct cpu *cpu, model_fn each)
{
	static const char *const pmus[] = { "cpu_core", "cpu_atom" };
	AUTO(model_done) struct model m = { 0 };
	AUTO_FREE char *key = cpu_key(cpu);
	struct err err = { 0 };

	if (catalog_load(&m.catalog, cpu, NULL, 0, &err) < 0)
		fail_msg("%s", err.what);
	if (!has_formulas(&m.catalog))
		return 0;
	if (metric_load(&m.catalog, &m.metrics, &err) < 0)
		fail_msg("%s: %s", key, err.what);
	if (!is_hybrid(&m.catalog)) {
		snprintf(m.name, sizeof(m.name), "%s", key);
		each(&m);
		return 1;
	}
	for (size_t i = 0; i < ARRAY_LEN(pmus); i++) {
		m.pmu = pmus[i];
		snprintf(m.name, sizeof(m.name), "%s %s", key, m.pmu);
		each(&m);
	}
	return 1;
}

/* "0x10-0x1f,0x60": both ends of each range stand for all of it. */
static size_t with_models(struct cpu *cpu, char *models, model_fn each)
{
	char *save;
	size_t n = 0;

	for (char *p = strtok_r(models, ",-", &save); p;
	     p = strtok_r(NULL, ",-", &save)) {
		uint64_t model;

		assert_int_equal(parse_u64(p, &model), 0);
		cpu->model = (int)model;
		n += with_cpu(cpu, each);
	}
	return n;
}

/* A row of the map; what stands for a whole architecture is not looked at. */
static size_t with_row(char *row, model_fn each)
{
	struct cpu cpu = { .arch = CPU_ARCH_X86, .family = -1, .model = -1 };
	char *vendor, *second, *third, *save;

	row[strcspn(row, ":#")] = '\0';
	vendor = strtok_r(row, " \t", &save);
	second = vendor ? strtok_r(NULL, " \t", &save) : NULL;
	third = second ? strtok_r(NULL, " \t", &save) : NULL;
	if (!second || strchr(row, '*'))
		return 0;
	snprintf(cpu.vendor, sizeof(cpu.vendor), "%s", vendor);
	if (!strcmp(vendor, "ARM")) {
		cpu.arch = CPU_ARCH_ARM64;
		second[strcspn(second, "/")] = '\0';
		assert_int_equal(parse_u64(second, &cpu.midr), 0);
		return cpu.midr ? with_cpu(&cpu, each) : 0;
	}
	if (!third || strchr(third, '*'))
		return 0;
	assert_int_equal(parse_int(second, &cpu.family), 0);
	return with_models(&cpu, third, each);
}

static void with_all(model_fn each)
{
	AUTO_FREE char *map = xstrdup(builtin_map);
	char *rest = map;
	size_t n = 0;

	for (char *row; (row = strsep(&rest, "\n"));)
		n += with_row(row, each);
	/* the rows of Intel's CPUs alone name more */
	assert_true(n >= 20);
}

/* ---- names ---- */

/* The metric as the cores of this model have it. */
static const struct metric *find(const struct model *m, const char *name)
{
	const struct metric *any = NULL;

	for (size_t i = 0; i < m->metrics.n; i++) {
		const struct metric *one = &m->metrics.items[i];

		if (strcmp(one->name, name) != 0)
			continue;
		if (one->pmu && m->pmu && !strcmp(one->pmu, m->pmu))
			return one;
		if (!one->pmu)
			any = one;
	}
	return any;
}

/* What formulas call an event: "l1_dcache_loads". */
static bool is_generic(const char *base)
{
	for (size_t i = 0; i < link_generic_nrows; i++) {
		AUTO_FREE char *name =
			link_base_name(link_generic_rows[i].name);

		if (!strcmp(name, base))
			return true;
	}
	return false;
}

static int is_called(const char *name, void *base)
{
	AUTO_FREE char *other = link_base_name(name);

	return !strcmp(other, base);
}

/* Can these cores count it, as far as events/ says? */
static bool is_counted(const struct model *m, const char *name)
{
	const struct section *s = catalog_find(&m->catalog, "event", name);
	const char *raw = s ? section_get(s, "raw", NULL) : NULL;
	AUTO_FREE char *base = xstrdup(name);

	if (!s)
		return is_generic(name) || link_cache_each(is_called, base);
	if (!raw || !m->pmu || strncmp(raw, "cpu", 3) != 0)
		return true;
	return !strncmp(raw, m->pmu, strlen(m->pmu)) &&
	       raw[strlen(m->pmu)] == '/';
}

/* Has it a number, or a reason for having none, all the way down? */
static void check_metric(const struct model *m, const struct metric *one)
{
	if (!one->formula) {
		if (!one->note)
			fail_msg("%s: %s: no formula, and no note that says "
				 "why",
				 m->name, one->name);
		return;
	}
	for (size_t i = 0; i < one->nnames; i++) {
		const struct metric_name *n = &one->names[i];

		if (n->kind == METRIC_NAME_METRIC)
			check_metric(m, n->metric);
		if (n->kind == METRIC_NAME_EVENT && !is_counted(m, n->name))
			fail_msg("%s: %s (%s:%d): there is no event '%s'",
				 m->name, one->name, one->formula_file,
				 one->formula_line, n->name);
	}
}

static void check_sets(const struct model *m)
{
	size_t nsets = 0;

	for (size_t i = 0; i < m->catalog.nlive; i++) {
		AUTO(metric_set_done) struct metric_set set = { 0 };
		struct err err = { 0 };

		if (strcmp(m->catalog.live[i]->kind, "set") != 0)
			continue;
		nsets++;
		if (metric_set_read(m->catalog.live[i], &set, &err) < 0)
			fail_msg("%s", err.what);
		for (size_t k = 0; k < set.n; k++) {
			const struct metric *one = find(m, set.metrics[k]);

			if (!one)
				fail_msg("%s: set %s: there is no metric '%s'",
					 m->name, set.name, set.metrics[k]);
			else
				check_metric(m, one);
		}
	}
	assert_true(nsets >= 8);
}

static void every_metric_of_a_set_has_a_formula_or_a_reason(void **state)
{
	(void)state;
	with_all(check_sets);
}

/* A formula that no CPU can use is a mistake in its name. */
static void check_formulas(const struct model *m)
{
	for (size_t i = 0; i < m->metrics.n; i++) {
		const struct metric *one = &m->metrics.items[i];

		if (!one->pmu || (m->pmu && !strcmp(one->pmu, m->pmu)))
			continue;
		if (!m->pmu)
			fail_msg("%s: %s is for the PMU '%s'", m->name,
				 one->name, one->pmu);
	}
	for (size_t i = 0; i < m->catalog.nlive; i++) {
		const struct section *s = m->catalog.live[i];
		AUTO_FREE char *name = xstrndup(s->name, strcspn(s->name, "@"));

		if (!strcmp(s->kind, "formula") && !find(m, name))
			fail_msg("%s:%d: there is no metric '%s'", s->file,
				 s->line, name);
	}
}

static void every_formula_is_of_a_metric(void **state)
{
	(void)state;
	with_all(check_formulas);
}

/* ---- values ---- */

struct eval {
	const struct model *model;
	const struct counts *counts;
	const struct metric *metric;
};

static struct expr_value value_of(const struct model *m,
				  const struct counts *counts,
				  const struct metric *one);

static struct expr_value look_up(void *arg, const char *name,
				 enum expr_aspect aspect)
{
	struct eval *e = arg;

	if (aspect == EXPR_SECONDS)
		return (struct expr_value){ .number = 1 };
	for (size_t i = 0; i < e->metric->nnames; i++) {
		const struct metric_name *n = &e->metric->names[i];

		if (strcmp(n->name, name) != 0)
			continue;
		if (n->kind == METRIC_NAME_METRIC)
			return value_of(e->model, e->counts, n->metric);
		if (n->kind == METRIC_NAME_CONSTANT)
			return (struct expr_value){ .number = n->constant };
		break;
	}
	return (struct expr_value){ .number = counts_get(e->counts, name) };
}

static struct expr_value value_of(const struct model *m,
				  const struct counts *counts,
				  const struct metric *one)
{
	struct eval e = { m, counts, one };

	if (!one->formula)
		return (struct expr_value){ .absent = one->lacks };
	return expr_eval(one->formula, look_up, &e);
}

enum share {
	SHARE_NONE,   /* these cores do not tell it */
	SHARE_ABSENT, /* nothing was counted that it could be part of */
	SHARE_KNOWN,
};

static enum share share(const struct model *m, const struct counts *counts,
			const char *name, double *ret)
{
	const struct metric *one = find(m, name);
	struct expr_value v;

	assert_non_null(one);
	if (!one->formula)
		return SHARE_NONE;
	v = value_of(m, counts, one);
	if (v.absent)
		return SHARE_ABSENT;
	if (!(v.number >= -TOLERANCE && v.number <= 1 + TOLERANCE))
		fail_msg("%s: %s is %g (seed %u)", m->name, name, v.number,
			 counts->seed);
	*ret = v.number;
	return SHARE_KNOWN;
}

static const char *const level_1[] = { "frontend_bound", "bad_speculation",
				       "backend_bound", "retiring",
				       "smt_contention" };

static const struct {
	const char *whole, *parts[2];
} level_2[] = {
	{ "frontend_bound", { "fetch_latency", "fetch_bandwidth" } },
	{ "bad_speculation", { "branch_mispredicts", "machine_clears" } },
	{ "backend_bound", { "memory_bound", "core_bound" } },
	{ "retiring", { "heavy_operations", "light_operations" } },
};

/* The whole is known where its parts are, and is their sum. */
static void check_parts(const struct model *m, const struct counts *counts,
			size_t i)
{
	double whole, parts[2];

	if (share(m, counts, level_2[i].parts[0], &parts[0]) != SHARE_KNOWN ||
	    share(m, counts, level_2[i].parts[1], &parts[1]) != SHARE_KNOWN)
		return;
	assert_int_equal(share(m, counts, level_2[i].whole, &whole),
			 SHARE_KNOWN);
	if (fabs(parts[0] + parts[1] - whole) > TOLERANCE)
		fail_msg("%s: %s is %.12g, its parts %.12g and %.12g (seed %u)",
			 m->name, level_2[i].whole, whole, parts[0], parts[1],
			 counts->seed);
}

/* How many shares level 1 has; 0 when one of them is not known. */
static size_t check_tree(const struct model *m, const struct counts *counts)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(level_2); i++)
		check_parts(m, counts, i);
	for (size_t i = 0; i < ARRAY_LEN(level_1); i++) {
		double one;

		switch (share(m, counts, level_1[i], &one)) {
		case SHARE_ABSENT:
			return 0;
		case SHARE_NONE:
			break;
		case SHARE_KNOWN:
			sum += one;
			n++;
			break;
		}
	}
	if (n && fabs(sum - 1) > TOLERANCE)
		fail_msg("%s: level 1 is %.12g in sum (seed %u)", m->name, sum,
			 counts->seed);
	return n;
}

/* Also where no two counters ran at the same time. */
static void check_tree_for_any_counts(const struct model *m)
{
	const struct metric *retiring = find(m, "retiring");
	size_t known = 0;

	for (unsigned seed = 0; seed < ROUNDS; seed++) {
		struct counts counts;

		counts_any(&counts, seed);
		known += check_tree(m, &counts) >= 4;
	}
	assert_non_null(retiring);
	if (retiring->formula && known < ROUNDS / 3)
		fail_msg("%s: level 1 is known in %zu of %d cases only",
			 m->name, known, ROUNDS);
}

static void the_tree_adds_up_whatever_was_counted(void **state)
{
	(void)state;
	with_all(check_tree_for_any_counts);
}

/* Counts as one run of a program could give them. */
static void check_ranges(const struct model *m)
{
	if (strncmp(m->name, "GenuineIntel", 12) != 0)
		return; /* the relations in topdown_counts.c are of its events */
	for (unsigned seed = 0; seed < ROUNDS; seed++) {
		struct counts counts;

		counts_plausible(&counts, seed);
		assert_int_equal(check_tree(m, &counts), 4);
		for (size_t i = 0; i < m->metrics.n; i++) {
			const struct metric *one = &m->metrics.items[i];
			struct expr_value v;

			if (!one->has_range ||
			    strstr(one->file, "/basic.metrics") ||
			    find(m, one->name) != one)
				continue;
			v = value_of(m, &counts, one);
			if (!v.absent && (v.number < one->lo - TOLERANCE ||
					  v.number > one->hi + TOLERANCE))
				fail_msg("%s: %s is %g (seed %u)", m->name,
					 one->name, v.number, seed);
		}
	}
}

static void plausible_counts_give_plausible_numbers(void **state)
{
	(void)state;
	with_all(check_ranges);
}

/* ---- worked out by hand ---- */

static void check_known(const struct model *m, const struct known *k)
{
	struct counts counts;

	counts_of(&counts, k->counts);
	for (const struct known_value *v = k->values; v->name; v++) {
		const struct metric *one = find(m, v->name);
		struct expr_value got;

		assert_non_null(one);
		got = value_of(m, &counts, one);
		if (got.absent || fabs(got.number - v->number) > TOLERANCE)
			fail_msg("%s: %s: %s is %.12g (%s), expected %.12g",
				 m->name, k->about, v->name, got.number,
				 got.absent ? got.absent : "a number",
				 v->number);
	}
}

static void known_counts_give_known_numbers(void **state)
{
	(void)state;
	for (const struct known *k = known_runs; k->about; k++) {
		AUTO(model_done) struct model m = { .pmu = k->pmu };
		struct cpu cpu = { .arch = CPU_ARCH_X86,
				   .vendor = "GenuineIntel",
				   .family = 6,
				   .model = k->model };

		snprintf(m.name, sizeof(m.name), "model %d", k->model);
		assert_int_equal(catalog_load(&m.catalog, &cpu, NULL, 0, NULL),
				 0);
		assert_int_equal(metric_load(&m.catalog, &m.metrics, NULL), 0);
		check_known(&m, k);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_metric_of_a_set_has_a_formula_or_a_reason),
		cmocka_unit_test(every_formula_is_of_a_metric),
		cmocka_unit_test(the_tree_adds_up_whatever_was_counted),
		cmocka_unit_test(plausible_counts_give_plausible_numbers),
		cmocka_unit_test(known_counts_give_known_numbers),
	};

	/* the tree's own files, not those of who runs this */
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
