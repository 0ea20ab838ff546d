/* Events for tests of plans and sources, made by hand. */
#ifndef TACHO_TESTS_FIXTURE_EVENTS_H
#define TACHO_TESTS_FIXTURE_EVENTS_H

#include "event/event.h"
#include "metric/metric.h"

/* Hardware event number @config, called @name; group -1: none. */
struct event *fixture_hardware(const char *name, uint64_t config, int group);
struct event *fixture_software(const char *name, uint64_t config);

/* Append; the list owns it. */
void fixture_add(struct event_list *list, struct event *event);

/* A use of a made-up metric over events @a and @b of the list. */
void fixture_use(struct metric_uses *uses, const struct metric *metric,
		 size_t a, size_t b);

/* A metric with two inputs and nothing else. */
extern const struct metric fixture_ratio;

#endif
