/*
 * The keys: one table, which dispatches them, prints the help and the bar at the
 * bottom, and is what the manual is checked against.
 */
#ifndef TACHO_SCREEN_KEYS_H
#define TACHO_SCREEN_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Keys that are no character; characters are their code point. */
enum {
	KEYS_SPECIAL = 0x110000,
	KEYS_UP,
	KEYS_DOWN,
	KEYS_LEFT,
	KEYS_RIGHT,
	KEYS_PAGE_UP,
	KEYS_PAGE_DOWN,
	KEYS_HOME,
	KEYS_END,
	KEYS_BACKSPACE,
	KEYS_DELETE,
	KEYS_BACK_TAB,
	KEYS_F1,
	KEYS_F2,
	KEYS_F3,
	KEYS_F4,
	KEYS_F5,
	KEYS_F6,
	KEYS_F7,
	KEYS_F8,
	KEYS_F9,
	KEYS_F10,
	KEYS_CLICK, /* with its place */
	KEYS_WHEEL_UP,
	KEYS_WHEEL_DOWN,
	KEYS_RESIZED,
};
#define KEYS_ENTER '\r'
#define KEYS_ESCAPE 27
#define KEYS_CTRL(letter) ((letter)&0x1f)

struct input {
	uint32_t key;
	int row, col; /* of KEYS_CLICK and the wheel */
};

enum action {
	ACTION_NONE,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_FIRST,
	ACTION_LAST,
	ACTION_LEFT,
	ACTION_RIGHT,
	ACTION_DETAIL,
	ACTION_BACK,
	ACTION_SEARCH,
	ACTION_SEARCH_NEXT,
	ACTION_SEARCH_BACK,
	ACTION_FILTER,
	ACTION_USER,
	ACTION_SORT,
	ACTION_SORT_LEFT,
	ACTION_SORT_RIGHT,
	ACTION_SORT_CPU,
	ACTION_REVERSE,
	ACTION_SCREEN_NEXT,
	ACTION_SCREEN_BACK,
	ACTION_SCREEN_NUMBER,
	ACTION_THREADS,
	ACTION_TREE,
	ACTION_FOLD,
	ACTION_UNFOLD,
	ACTION_BY_USER,
	ACTION_BY_CGROUP,
	ACTION_KERNEL,
	ACTION_IDLE,
	ACTION_DEAD,
	ACTION_TAG,
	ACTION_UNTAG,
	ACTION_KILL,
	ACTION_DELAY,
	ACTION_PAUSE,
	ACTION_STEP,
	ACTION_STEP_BACK,
	ACTION_FASTER,
	ACTION_SLOWER,
	ACTION_SEEK,
	ACTION_HELP,
	ACTION_REDRAW,
	ACTION_SUSPEND,
	ACTION_QUIT,
};
#define ACTIONS (ACTION_QUIT + 1)

/* Where a key means something. */
enum {
	IN_ROWS = 1,
	IN_DETAIL = 2,
	IN_HELP = 4,
	IN_ALL = 7,
};

#define KEYS_EACH 4

struct key {
	enum action action;
	uint32_t keys[KEYS_EACH]; /* 0: no more */
	const char *spelt;        /* "F3 /", for help and manual */
	const char *name;         /* in the bar; NULL: not there */
	const char *help;         /* NULL: of the row before */
	unsigned where;
	bool replay; /* in recordings only */
};

struct keys_group {
	const char *title;
	const struct key *keys;
	size_t n;
};

extern const struct keys_group keys_groups[];
extern const size_t keys_ngroups;

/* What @key does at a place (one of IN_*); ACTION_NONE. */
enum action keys_action(uint32_t key, unsigned where, bool replay);

/*
 * What stands in the bar, in order; NULL after the last.  "F3" and "Search".
 */
const struct key *keys_bar(size_t i, unsigned where, bool replay);
/* Its key in the bar: the first word of spelt, in buf of 16 bytes. */
const char *keys_first(const struct key *key, char *buf);

#endif
