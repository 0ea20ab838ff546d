/*
 * The keys; see keys.h.  Where htop or top have a key for something, it is the
 * same here.
 */
#include "screen/keys.h"

#include "base/auto.h"

#include <string.h>

#define CTRL(letter) KEYS_CTRL(letter)

static const struct key moving[] = {
	{ ACTION_UP, { KEYS_UP }, "Up", NULL, "the row above", IN_ALL, false },
	{ ACTION_DOWN, { KEYS_DOWN }, "Down", NULL, "the row below", IN_ALL },
	{ ACTION_PAGE_UP,
	  { KEYS_PAGE_UP, CTRL('B') },
	  "PgUp ^B",
	  NULL,
	  "a page up",
	  IN_ALL },
	{ ACTION_PAGE_DOWN,
	  { KEYS_PAGE_DOWN, CTRL('F') },
	  "PgDn ^F",
	  NULL,
	  "a page down",
	  IN_ALL },
	{ ACTION_FIRST,
	  { KEYS_HOME, CTRL('A') },
	  "Home ^A",
	  NULL,
	  "the first row, whichever it is",
	  IN_ALL },
	{ ACTION_LAST,
	  { KEYS_END, CTRL('E') },
	  "End ^E",
	  NULL,
	  "the last row",
	  IN_ALL },
	{ ACTION_LEFT,
	  { KEYS_LEFT },
	  "Left",
	  NULL,
	  "columns further left; in the detail: the number before",
	  IN_ROWS | IN_DETAIL },
	{ ACTION_RIGHT,
	  { KEYS_RIGHT },
	  "Right",
	  NULL,
	  "columns further right; in the detail: the next number",
	  IN_ROWS | IN_DETAIL },
	{ ACTION_DETAIL,
	  { KEYS_ENTER, '\n', KEYS_F2 },
	  "F2 Enter",
	  "Detail",
	  "history, verdict and threads of the row",
	  IN_ROWS },
	{ ACTION_BACK,
	  { KEYS_ESCAPE, KEYS_ENTER, '\n', KEYS_F2 },
	  "Esc Enter",
	  "Back",
	  "back to the rows",
	  IN_DETAIL | IN_HELP },
};

static const struct key finding[] = {
	{ ACTION_SEARCH,
	  { KEYS_F3, '/' },
	  "F3 /",
	  "Search",
	  "go to a row by its command or number",
	  IN_ROWS },
	{ ACTION_SEARCH_NEXT,
	  { 'n' },
	  "n",
	  NULL,
	  "the next that was searched",
	  IN_ROWS },
	{ ACTION_SEARCH_BACK, { 'N' }, "N", NULL, "the one before", IN_ROWS },
	{ ACTION_FILTER,
	  { KEYS_F4, '\\' },
	  "F4 \\",
	  "Filter",
	  "only rows whose command or user matches an expression",
	  IN_ROWS },
	{ ACTION_USER, { 'u' }, "u", NULL, "only rows of one user", IN_ROWS },
	{ ACTION_KERNEL,
	  { 'K' },
	  "K",
	  NULL,
	  "hide the kernel's threads, or not",
	  IN_ROWS },
	{ ACTION_IDLE,
	  { 'i' },
	  "i",
	  NULL,
	  "hide who did not run, or not",
	  IN_ROWS },
	{ ACTION_DEAD,
	  { 'D' },
	  "D",
	  NULL,
	  "keep who has ended, greyed, for 30 s, or not",
	  IN_ROWS },
};

static const struct key showing[] = {
	{ ACTION_SCREEN_NEXT,
	  { '\t' },
	  "Tab",
	  NULL,
	  "the next screen",
	  IN_ROWS },
	{ ACTION_SCREEN_BACK,
	  { KEYS_BACK_TAB },
	  "Shift-Tab",
	  NULL,
	  "the screen before",
	  IN_ROWS },
	{ ACTION_SCREEN_NUMBER,
	  { '1' }, /* and up to 9, see keys_action() */
	  "1..9",
	  NULL,
	  "the screen of that number",
	  IN_ROWS },
	{ ACTION_TREE,
	  { KEYS_F5, 't' },
	  "F5 t",
	  "Tree",
	  "as a tree, or not",
	  IN_ROWS },
	{ ACTION_FOLD,
	  { '-' },
	  "-",
	  NULL,
	  "in the tree: hide who is below",
	  IN_ROWS },
	{ ACTION_UNFOLD,
	  { '+', '=' },
	  "+",
	  NULL,
	  "in the tree: show who is below",
	  IN_ROWS },
	{ ACTION_THREADS,
	  { 'H', KEYS_F7 },
	  "F7 H",
	  "Threads",
	  "threads, or processes",
	  IN_ROWS },
	{ ACTION_BY_USER,
	  { 'o' },
	  "o",
	  NULL,
	  "a row for each user (owner), or not",
	  IN_ROWS },
	{ ACTION_BY_CGROUP,
	  { 'g' },
	  "g",
	  NULL,
	  "a row for each cgroup, or not",
	  IN_ROWS },
};

static const struct key sorting[] = {
	{ ACTION_SORT,
	  { KEYS_F6, 's' },
	  "F6 s",
	  "Sort",
	  "choose the column to sort by",
	  IN_ROWS },
	{ ACTION_SORT_LEFT,
	  { '<' },
	  "<",
	  NULL,
	  "sort by the column to the left",
	  IN_ROWS },
	{ ACTION_SORT_RIGHT,
	  { '>' },
	  ">",
	  NULL,
	  "sort by the column to the right",
	  IN_ROWS },
	{ ACTION_SORT_CPU, { 'P' }, "P", NULL, "sort by CPU time", IN_ROWS },
	{ ACTION_REVERSE,
	  { 'R', 'I' },
	  "R I",
	  NULL,
	  "the other way round",
	  IN_ROWS },
};

static const struct key doing[] = {
	{ ACTION_TAG, { ' ' }, "Space", NULL, "tag the row, or not", IN_ROWS },
	{ ACTION_UNTAG, { 'U' }, "U", NULL, "tag none", IN_ROWS },
	{ ACTION_KILL,
	  { KEYS_F9, 'k' },
	  "F9 k",
	  "Kill",
	  "send a signal to the tagged rows or this one, after asking",
	  IN_ROWS | IN_DETAIL },
	{ ACTION_DELAY,
	  { 'd' },
	  "d",
	  NULL,
	  "seconds between two looks",
	  IN_ROWS | IN_DETAIL },
	{ ACTION_PAUSE,
	  { KEYS_F8, 'p', 'Z' },
	  "F8 p Z",
	  "Pause",
	  "stand still, or go on",
	  IN_ROWS | IN_DETAIL },
	{ ACTION_HELP,
	  { KEYS_F1, '?', 'h' },
	  "F1 ? h",
	  "Help",
	  "this help",
	  IN_ALL },
	{ ACTION_REDRAW,
	  { CTRL('L') },
	  "^L",
	  NULL,
	  "draw everything again",
	  IN_ALL },
	{ ACTION_SUSPEND,
	  { CTRL('Z') },
	  "^Z",
	  NULL,
	  "back to the shell for now",
	  IN_ALL },
	{ ACTION_QUIT,
	  { KEYS_F10, 'q' },
	  "F10 q",
	  "Quit",
	  "end it (^C: at once); from the detail and the help: back",
	  IN_ALL },
};

static const struct key playing[] = {
	{ ACTION_STEP,
	  { '.' },
	  ".",
	  NULL,
	  "stand still at the next look",
	  IN_ROWS | IN_DETAIL,
	  true },
	{ ACTION_STEP_BACK,
	  { ',' },
	  ",",
	  NULL,
	  "stand still at the look before",
	  IN_ROWS | IN_DETAIL,
	  true },
	{ ACTION_FASTER,
	  { ']' },
	  "]",
	  NULL,
	  "twice as fast",
	  IN_ROWS | IN_DETAIL,
	  true },
	{ ACTION_SLOWER,
	  { '[' },
	  "[",
	  NULL,
	  "half as fast",
	  IN_ROWS | IN_DETAIL,
	  true },
	{ ACTION_SEEK,
	  { 'G' },
	  "G",
	  NULL,
	  "go to a percentage (50%), a time (13:45:00) or a look (#7)",
	  IN_ROWS | IN_DETAIL,
	  true },
};

const struct keys_group keys_groups[] = {
	{ "Move", moving, ARRAY_LEN(moving) },
	{ "Find", finding, ARRAY_LEN(finding) },
	{ "Show", showing, ARRAY_LEN(showing) },
	{ "Sort", sorting, ARRAY_LEN(sorting) },
	{ "Do", doing, ARRAY_LEN(doing) },
	{ "Play a recording", playing, ARRAY_LEN(playing) },
};
const size_t keys_ngroups = ARRAY_LEN(keys_groups);

static bool has_key(const struct key *k, uint32_t key)
{
	if (k->action == ACTION_SCREEN_NUMBER)
		return key >= '1' && key <= '9';
	for (size_t i = 0; i < KEYS_EACH && k->keys[i]; i++) {
		if (k->keys[i] == key)
			return true;
	}
	return false;
}

static bool applies(const struct key *k, unsigned where, bool replay)
{
	return (k->where & where) && (replay || !k->replay);
}

enum action keys_action(uint32_t key, unsigned where, bool replay)
{
	for (size_t g = 0; g < keys_ngroups; g++) {
		for (size_t i = 0; i < keys_groups[g].n; i++) {
			const struct key *k = &keys_groups[g].keys[i];

			if (applies(k, where, replay) && has_key(k, key))
				return k->action;
		}
	}
	return ACTION_NONE;
}

static const struct key *key_of(enum action action)
{
	for (size_t g = 0; g < keys_ngroups; g++) {
		for (size_t i = 0; i < keys_groups[g].n; i++) {
			if (keys_groups[g].keys[i].action == action)
				return &keys_groups[g].keys[i];
		}
	}
	return NULL;
}

const struct key *keys_bar(size_t i, unsigned where, bool replay)
{
	/* by number of the F-key */
	static const enum action order[] = {
		ACTION_HELP,   ACTION_DETAIL, ACTION_BACK, ACTION_SEARCH,
		ACTION_FILTER, ACTION_TREE,   ACTION_SORT, ACTION_THREADS,
		ACTION_PAUSE,  ACTION_KILL,   ACTION_QUIT,
	};

	for (size_t at = 0; at < ARRAY_LEN(order); at++) {
		const struct key *k = key_of(order[at]);

		if (k && applies(k, where, replay) && i-- == 0)
			return k;
	}
	return NULL;
}

const char *keys_first(const struct key *key, char *buf)
{
	size_t n = strcspn(key->spelt, " ");

	if (n > 15)
		n = 15;
	memcpy(buf, key->spelt, n);
	buf[n] = '\0';
	return buf;
}
