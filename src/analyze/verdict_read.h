/*
 * From a section to a rule of the verdict, and what reading the other sections
 * shares with that; for verdict_rules.c.
 */
#ifndef TACHO_ANALYZE_VERDICT_READ_H
#define TACHO_ANALYZE_VERDICT_READ_H

#include "analyze/verdict_rules.h"

/* Where a value stands, for messages. */
struct verdict_place {
	const struct section *section;
	const char *key;
	int line;
	struct err *err;
};

/* The index of a stage; -EINVAL with a message that lists them. */
int verdict_find_stage(const char *word, const struct verdict_place *at);
/* @r; if it is an error, put the place before what is in at->err. */
int verdict_located(int r, const struct verdict_place *at);
int verdict_fail_key(const struct verdict_place *at);
int verdict_missing(const struct section *s, const char *key, struct err *err);

/* A rule without its parent; of one that is known to be right only the head. */
int verdict_rule_load(struct verdict_rule *ret, const struct section *s,
		      struct err *err);
/* All of it that has not been read; is it complete? */
int verdict_rule_read_all(struct verdict_rule *rule, struct err *err);
void verdict_rule_done(struct verdict_rule *rule);

#endif
