/*
 * Facts of a run for formulas and rules: what the kernel said of it, besides
 * its events.
 */
#ifndef TACHO_ANALYZE_RUN_FACT_H
#define TACHO_ANALYZE_RUN_FACT_H

#include "analyze/aggregate.h"
#include "metric/expr.h"
#include "record/run.h"

/*
 * The fact @name, of origin FACT_OF_RUN, of @run, or why it is not known.
 * @wall_s is the time that @bin's counts are of.
 */
struct expr_value run_fact(const struct run *run, const struct bin *bin,
			   double wall_s, const char *name);

#endif
