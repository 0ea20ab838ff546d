/*
 * The definitions of a CPU, and its formulas over counts that are made up: what
 * the tests of the per-CPU files of events/ share.
 */
#ifndef TACHO_TESTS_UNIT_CPU_SCENE_H
#define TACHO_TESTS_UNIT_CPU_SCENE_H

#include "cpu/cpu.h"
#include "event/catalog.h"
#include "metric/metric.h"

#include <stddef.h>
#include <stdint.h>

#define SCENE_NAMES_MAX 24

struct scene_number {
	const char *name;
	double value;
};

/* One run of a program: what was counted, and what it means. */
struct cpu_scene {
	const char *what;
	struct scene_number counts[SCENE_NAMES_MAX];
	struct scene_number expected[SCENE_NAMES_MAX];
};

/* The files of events/ for one CPU, loaded. */
struct scene_cpu {
	const char *name;
	struct catalog catalog;
	struct metric_list metrics;
};

/* @name is one of the table in the .c: "zen4", "n2-r0p3". */
void scene_cpu_load(struct scene_cpu *ret, const char *name);
void scene_cpu_done(struct scene_cpu *cpu);

/* The number of a metric; the test fails where there is none. */
double scene_value(const struct scene_cpu *cpu, const struct cpu_scene *scene,
		   const char *name);

/* Every expected number of every scene, to nine digits. */
void scene_check(const char *cpu, const struct cpu_scene *scenes, size_t n);

/* The same numbers in each run, so that a failure can be looked at again. */
double scene_random(uint64_t *seed, double below);

/*
 * The parts of level 1 (@level1, ended by NULL) add up to 1, each pair of level
 * 2 that the CPU has to its parent, and all of them are shares.
 */
void scene_check_sums(const struct scene_cpu *cpu,
		      const struct cpu_scene *scene, const char *const *level1);

/* All that -M can show has a formula, or says why not. */
void scene_check_sets(const char *cpu);

/* No share of level 1 is there, and each says why. */
void scene_check_no_slots(const char *cpu);

#endif
