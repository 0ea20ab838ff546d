/*
 * What a place on the screen means, and how that looks with many, few or no
 * colours.  Nothing is said by colour alone.
 */
#ifndef TACHO_SCREEN_THEME_H
#define TACHO_SCREEN_THEME_H

enum role {
	ROLE_PLAIN,
	ROLE_DIM,     /* dead tasks, what is absent */
	ROLE_TITLE,   /* the first line, titles of sections */
	ROLE_LABEL,   /* what a number is */
	ROLE_HEADING, /* the line above the rows */
	ROLE_SORTED,  /* in it: the column that they are sorted by */
	ROLE_NOTABLE, /* beyond a threshold */
	ROLE_TAGGED,
	ROLE_USER, /* bars: time in user mode */
	ROLE_SYSTEM,
	ROLE_OTHER, /* waiting for disks, stolen, interrupts */
	ROLE_GRAPH,
	ROLE_WARNING,
	ROLE_KEY,      /* in the bar of keys */
	ROLE_KEY_NAME, /* what it does */
	ROLE_PROMPT,
	ROLE_CHOSEN, /* of a menu */
};
#define ROLES (ROLE_CHOSEN + 1)

enum look_attribute {
	LOOK_BOLD = 1,
	LOOK_DIM = 2,
	LOOK_REVERSE = 4,
	LOOK_UNDERLINE = 8,
};

struct look {
	short fg, bg; /* -1: the terminal's own */
	unsigned attributes;
};

/* How @role looks on a terminal with that many colours (0: none). */
struct look theme_look(enum role role, int colors);

/* One letter for tests. */
char theme_letter(enum role role);

#endif
