/*
 * The rules of the verdict, as [verdict ...], [input ...] and [remark ...]
 * sections of events/ define them; tacho-events(5) describes them.
 */
#ifndef TACHO_ANALYZE_VERDICT_RULES_H
#define TACHO_ANALYZE_VERDICT_RULES_H

#include "analyze/sentence.h"
#include "event/catalog.h"

#include <stdbool.h>
#include <stddef.h>

/* What a program can be bound by. */
enum verdict_class {
	VERDICT_UNKNOWN,
	VERDICT_COMPUTE,
	VERDICT_MEMORY,
	VERDICT_FRONTEND,
	VERDICT_SPECULATION,
	VERDICT_BLOCKED,
	VERDICT_SYSTEM,
	VERDICT_MIXED,
};
#define VERDICT_CLASSES (VERDICT_MIXED + 1)

/* "memory-bound", "unknown", ... */
const char *verdict_class_name(enum verdict_class class);

/*
 * Where to look first: the first stage in which a rule holds decides.  Who
 * mostly waits is not judged by what the core does meanwhile, and a rule of
 * thumb is asked only where nothing better was counted.
 */
enum verdict_stage {
	VERDICT_STAGE_WAITING,  /* did it run at all? */
	VERDICT_STAGE_KERNEL,   /* for itself? */
	VERDICT_STAGE_PIPELINE, /* what the slots or cycles were spent on */
	VERDICT_STAGE_EVEN,     /* the same, when none of them stands out */
	VERDICT_STAGE_ESTIMATE, /* the same, computed from simulated counts */
	VERDICT_STAGE_THUMB,    /* rules of thumb */
	VERDICT_STAGE_CLOCK,    /* what clocks alone can say */
};
#define VERDICT_STAGES (VERDICT_STAGE_CLOCK + 1)

#define VERDICT_NO_PARENT ((size_t)-1)

/*
 * Most rules are not asked, and most of those that are do not win: a rule of the
 * tree's own, which is known to be right, is read as far as it is needed.
 */
enum verdict_part {
	VERDICT_HEAD,  /* stage, parent: is it asked at all? */
	VERDICT_LOGIC, /* all else: does it hold? */
	VERDICT_WORDS, /* say, because, next: it does */
};

/* Texts are borrowed from the catalog. */
struct verdict_rule {
	const char *name;
	const struct section *section; /* that it is read from */
	bool has_logic, has_words;     /* read */
	bool has_class;                /* else its parent's */
	enum verdict_class class;
	const char *kind; /* in parentheses; NULL: its parent's */
	bool has_stage;
	enum verdict_stage stage;
	const char *parent_name; /* NULL at the root */
	size_t parent;           /* index, or VERDICT_NO_PARENT */
	struct condition when;
	struct expr *share;   /* NULL: its parent's */
	struct sentences say; /* one, or none: its parent's */
	struct sentences because, next;
	double confidence;  /* 0..1; negative: its parent's, 1 at the root */
	const char *caveat; /* why it cannot be surer, or NULL */
	char **wants;       /* names that would make it surer */
	size_t nwants;
	const char *file;
	int line;
	bool optional; /* as its section */
};

struct verdict_formula {
	struct condition when;
	struct expr *expr;
};

/* A name for the first of several formulas that has a value. */
struct verdict_input {
	const char *name;
	const struct section *section; /* that it is read from */
	bool is_read;
	struct verdict_formula *formulas;
	size_t n;
};

/* A "because" for every verdict of some stages. */
struct verdict_remark {
	const struct section *section;
	bool is_read;
	unsigned stages; /* bits */
	struct sentences say;
};

struct verdict_rules {
	struct verdict_rule *rules;
	size_t nrules;
	struct verdict_input *inputs; /* one may use those before it */
	size_t ninputs;
	struct verdict_remark *remarks;
	size_t nremarks;
	char **warnings; /* what the user's own files have wrong */
	size_t nwarnings;
};

/*
 * All rules of the catalog, which must outlive them; "file:line: what" in
 * @err.  What is wrong in a section that is optional becomes a warning, and the
 * section that it replaces, if any, counts again.
 */
int verdict_rules_load(const struct catalog *catalog, struct verdict_rules *ret,
		       struct err *err);
/* See to it that @part of @rule has been read. */
void verdict_rule_read(struct verdict_rule *rule, enum verdict_part part);
/* The same of what is read whole. */
void verdict_input_read(struct verdict_input *input);
void verdict_remark_read(struct verdict_remark *remark);
/* All of all rules, also of those that are known to be right: for tests. */
int verdict_rules_read_all(struct verdict_rules *rules, struct err *err);
void verdict_rules_done(struct verdict_rules *rules);

#endif
