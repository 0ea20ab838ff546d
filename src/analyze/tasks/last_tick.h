/*
 * A tick that is kept while the next one is made, with its texts.
 */
#ifndef TACHO_ANALYZE_TASKS_LAST_TICK_H
#define TACHO_ANALYZE_TASKS_LAST_TICK_H

#include "record/tick.h"

/* Replace what @look holds (or nothing, when it is zeroed). */
void last_tick_take(struct tick *look, const struct tick *tick);

/* The same task in every tick, and no other: also of one that ended. */
uint64_t task_id(const struct task *task);
uint64_t user_id(uid_t uid);
uint64_t cgroup_id(const char *path);

#endif
