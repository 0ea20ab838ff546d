/*
 * One line that is typed, or a question.
 */
#ifndef TACHO_SCREEN_PROMPT_H
#define TACHO_SCREEN_PROMPT_H

#include "screen/grid.h"
#include "screen/keys.h"

#include <stddef.h>

enum prompt_kind {
	PROMPT_NONE,
	PROMPT_SEARCH,
	PROMPT_FILTER,
	PROMPT_USER,
	PROMPT_DELAY,
	PROMPT_SEEK,
	PROMPT_KILL, /* y or n */
};

struct prompt {
	enum prompt_kind kind;
	char *label;
	char text[256];        /* UTF-8 */
	size_t length, cursor; /* bytes */
};

void prompt_open(struct prompt *p, enum prompt_kind kind, const char *label,
		 const char *text);
void prompt_close(struct prompt *p);

enum prompt_answer {
	PROMPT_OPEN,    /* nothing new */
	PROMPT_CHANGED, /* its text */
	PROMPT_ENTERED,
	PROMPT_LEFT, /* Escape; a question: no */
};

enum prompt_answer prompt_key(struct prompt *p, uint32_t key);
/* With the cursor; what is left of the cursor is always seen. */
void prompt_draw(const struct prompt *p, struct grid *g, int row);

#endif
