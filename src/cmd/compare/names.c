/*
 * What subjects are called: the shortest that tells them apart.
 *
 * The program's name comes first, because that is what two builds differ in; of
 * one program in two recordings the files' names; else the folders, and last
 * what of the command lines differs.
 */
#include "cmd/compare/job.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "base/words.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* A whole command line that is longer is cut down to what differs. */
#define COMMAND_MOST 14
/* So is that, to where it begins to, with some of what comes before. */
#define DIFFERENCE_MOST 40
#define PIECE_MOST 28
#define PIECE_BEFORE 8
#define FOLDERS_MOST 32

struct naming {
	char *const *const *commands;
	const char *const *files;
	size_t n;
	char ***words; /* of each; NULL: no command */
	bool *by_shell;
	char **names; /* NULL: not yet */
	size_t depth; /* folders */
};

typedef char *(*name_fn)(const struct naming *names, size_t i);

/* The last @folders of @path, and what is in them: "new/prog" */
static const char *end_of(const char *path, size_t folders)
{
	const char *at = path + strlen(path);

	while (at > path && (at[-1] != '/' || folders--))
		at--;
	return at;
}

static const char *program_of(const struct naming *g, size_t i)
{
	return g->words[i] && !g->by_shell[i] ? g->words[i][0] : NULL;
}

static char *by_program(const struct naming *g, size_t i)
{
	const char *program = program_of(g, i);

	return program ? xstrdup(end_of(program, g->depth)) : NULL;
}

/* "before" of "runs/before.rec" */
static char *by_stem(const struct naming *g, size_t i)
{
	const char *name = g->files[i] ? end_of(g->files[i], 0) : NULL;
	const char *dot = name ? strrchr(name, '.') : NULL;

	if (!name)
		return by_program(g, i);
	return xstrndup(name, dot > name ? (size_t)(dot - name) : strlen(name));
}

static char *by_file(const struct naming *g, size_t i)
{
	if (!g->files[i])
		return by_program(g, i);
	return xstrdup(end_of(g->files[i], g->depth));
}

static char *by_command(const struct naming *g, size_t i)
{
	char *text = NULL;

	if (g->by_shell[i])
		text = xstrdup(g->commands[i][2]);
	else if (g->commands[i])
		text = words_join(g->commands[i]);
	if (text && strlen(text) > COMMAND_MOST) {
		free(text);
		return NULL;
	}
	return text;
}

static size_t count(char *const *words)
{
	size_t n = 0;

	while (words[n])
		n++;
	return n;
}

/* So many words at the begin, or at the end, are the same in all. */
static size_t common(const struct naming *g, bool at_end, size_t least)
{
	for (size_t k = 0; k < least; k++) {
		const char *first = NULL;

		for (size_t i = 0; i < g->n; i++) {
			char *const *words = g->words[i];
			const char *word =
				words[at_end ? count(words) - 1 - k : k];

			if (first && strcmp(first, word) != 0)
				return k;
			first = word;
		}
	}
	return least;
}

/* Is the @k-th word the same in all, which have as many? */
static bool is_common(const struct naming *g, size_t k)
{
	for (size_t i = 1; i < g->n; i++)
		if (count(g->words[i]) != count(g->words[0]))
			return false;
	for (size_t i = 1; i < g->n; i++)
		if (strcmp(g->words[i][k], g->words[0][k]) != 0)
			return false;
	return true;
}

/* The program (of a shell's text: the word before), and the words of the command
   lines without those that all have. */
static char *by_difference(const struct naming *g, size_t i)
{
	size_t least = SIZE_MAX, before, after, n;
	struct strbuf b = { 0 };
	bool skipped = false;

	for (size_t k = 0; k < g->n; k++) {
		if (!g->words[k])
			return NULL;
		n = count(g->words[k]);
		least = n < least ? n : least;
	}
	before = common(g, false, least);
	after = common(g, true, least - before);
	/* of a pipe, the first program need not be the one that differs */
	if (before)
		strbuf_puts(&b,
			    end_of(g->words[i][g->by_shell[i] ? before - 1 : 0],
				   0));
	n = count(g->words[i]) - after;
	for (size_t k = before; k < n; k++) {
		if (is_common(g, k)) {
			skipped = true;
			continue;
		}
		strbuf_addf(
			&b, "%s%s%s", b.len ? " " : "", skipped ? "... " : "",
			k ? g->words[i][k] : end_of(g->words[i][k], g->depth));
		skipped = false;
	}
	return strbuf_detach(&b);
}

static char *by_short_difference(const struct naming *g, size_t i)
{
	char *name = by_difference(g, i);

	if (name && strlen(name) > DIFFERENCE_MOST) {
		free(name);
		return NULL;
	}
	return name;
}

/* "before gzip -1": files with several commands each */
static char *by_file_and_difference(const struct naming *g, size_t i)
{
	AUTO_FREE char *file = by_stem(g, i);
	AUTO_FREE char *name = by_short_difference(g, i);

	return name ? xasprintf("%s %s", file, name) : NULL;
}

static bool is_inside_character(const char *at)
{
	return ((unsigned char)*at & 0xc0) == 0x80;
}

/* The first byte that is not the same in all texts, or a little before. */
static size_t where_it_differs(char *const *texts, size_t n)
{
	size_t end = 0, at;
	bool same = true;

	while (same && texts[0][end]) {
		for (size_t i = 1; i < n; i++)
			same &= texts[i][end] == texts[0][end];
		end += same;
	}
	at = end > PIECE_BEFORE ? end - PIECE_BEFORE : 0;
	while (at && is_inside_character(texts[0] + at))
		at--;
	while (at < end && texts[0][at] == ' ')
		at++;
	return at;
}

/* "python3 ... range(1000)": long arguments, from where they differ */
static char *by_piece(const struct naming *g, size_t i)
{
	AUTO_FREE char **texts = xcalloc(g->n, sizeof(*texts));
	struct strbuf b = { 0 };
	size_t at, len = PIECE_MOST;
	bool all = true;

	for (size_t k = 0; k < g->n; k++) {
		texts[k] = by_difference(g, k);
		all &= texts[k] != NULL;
	}
	if (all) {
		at = where_it_differs(texts, g->n);
		if (at)
			strbuf_addf(&b, "%.*s ... ",
				    (int)strcspn(texts[i], " "), texts[i]);
		if (strlen(texts[i] + at) <= len)
			len = strlen(texts[i] + at);
		while (len && is_inside_character(texts[i] + at + len))
			len--;
		strbuf_addf(&b, "%.*s%s", (int)len, texts[i] + at,
			    texts[i][at + len] ? "..." : "");
	}
	for (size_t k = 0; k < g->n; k++)
		free(texts[k]);
	return all ? strbuf_detach(&b) : NULL;
}

static void forget(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(names[i]);
		names[i] = NULL;
	}
}

static bool is_taken(char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

/* True when all have a name, and no two the same. */
static bool try(struct naming *g, name_fn name, size_t depth)
{
	g->depth = depth;
	for (size_t i = 0; i < g->n; i++) {
		char *text = name(g, i);

		if (!text || !*text || is_taken(g->names, i, text)) {
			free(text);
			forget(g->names, i);
			return false;
		}
		g->names[i] = text;
	}
	return true;
}

static bool try_folders(struct naming *g, name_fn name)
{
	for (size_t depth = 0; depth < FOLDERS_MOST; depth++)
		if (try(g, name, depth))
			return true;
	return false;
}

/* @name, or the next "name (2)" that the first @n are not called; takes it. */
static char *count_up(char *const *names, size_t n, char *name)
{
	AUTO_FREE char *first = xstrdup(name);

	for (size_t k = 2; is_taken(names, n, name); k++) {
		free(name);
		name = xasprintf("%s (%zu)", first, k);
	}
	return name;
}

/* Alike in all: the same twice is how noise is looked at. */
static void number(struct naming *g)
{
	g->depth = 0;
	for (size_t i = 0; i < g->n; i++) {
		char *name = by_stem(g, i);

		if (!name && g->words[i] && *g->words[i][0])
			name = xstrdup(end_of(g->words[i][0], 0));
		g->names[i] =
			count_up(g->names, i, name ? name : xstrdup("all"));
	}
}

static bool has_files(const struct naming *g)
{
	for (size_t i = 0; i < g->n; i++)
		if (!g->files[i])
			return false;
	return true;
}

/* What a shell does is the command's, the shell is not. */
static char **words_of(char *const *command, bool *by_shell)
{
	AUTO_FREE char *text = NULL;
	char **words = NULL, *save = NULL;
	size_t n = 0;

	*by_shell = command && count(command) == 3 &&
		    !strcmp(command[0], "sh") && !strcmp(command[1], "-c");
	if (!command)
		return NULL;
	if (!*by_shell) {
		for (size_t i = 0; command[i]; i++)
			VEC_PUSH(words, n, xstrdup(command[i]));
	} else {
		text = xstrdup(command[2]);
		for (char *w = strtok_r(text, " \t\n", &save); w;
		     w = strtok_r(NULL, " \t\n", &save))
			VEC_PUSH(words, n, xstrdup(w));
	}
	if (!n)
		VEC_PUSH(words, n, xstrdup(""));
	VEC_PUSH(words, n, NULL);
	return words;
}

static void choose(struct naming *g)
{
	if (!try(g, by_program, 0) && !try(g, by_stem, 0) &&
	    !(has_files(g) && try_folders(g, by_file)) &&
	    !try_folders(g, by_program) && !try(g, by_command, 0) &&
	    !try_folders(g, by_short_difference) &&
	    !(has_files(g) && try(g, by_file_and_difference, 0)) &&
	    !try(g, by_piece, 0))
		number(g);
}

void compare_choose_names(const struct judging_options *o,
			  char *const *const *commands,
			  const char *const *files, size_t n, char **ret)
{
	AUTO_FREE char ***words = xcalloc(n + 1, sizeof(*words));
	AUTO_FREE bool *by_shell = xcalloc(n + 1, sizeof(*by_shell));
	struct naming g = { .commands = commands,
			    .files = files,
			    .n = n,
			    .words = words,
			    .by_shell = by_shell,
			    .names = ret };

	memset(ret, 0, n * sizeof(*ret));
	for (size_t i = 0; i < n; i++)
		words[i] = words_of(commands[i], &by_shell[i]);
	choose(&g);
	for (size_t i = 0; i < n; i++)
		words_free(words[i]);
	for (size_t i = 0; i < o->names.n && i < n; i++) {
		free(ret[i]);
		ret[i] = xstrdup(o->names.items[i]);
	}
	for (size_t i = o->names.n; i < n; i++)
		ret[i] = count_up(ret, i, ret[i]);
}
