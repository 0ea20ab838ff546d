/*
 * What subjects are called: the shortest that tells them apart.
 *
 * The program's name comes first, because that is what two builds differ in; of
 * one program in two recordings the files' names; else the folders, and last
 * what of the command lines differs.
 */
#include "cmd/compare/compare_job.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/words.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* A whole command line that is longer is cut down to what differs. */
#define COMMAND_MOST 32
#define FOLDERS_MOST 32

struct naming {
	char *const *const *commands;
	const char *const *files;
	size_t n;
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
	return g->commands[i] ? g->commands[i][0] : NULL;
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
	char *text = g->commands[i] ? words_join(g->commands[i]) : NULL;

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
			char *const *words = g->commands[i];
			const char *word =
				words[at_end ? count(words) - 1 - k : k];

			if (first && strcmp(first, word) != 0)
				return k;
			first = word;
		}
	}
	return least;
}

/* The words of the command lines without those that all have. */
static char *by_difference(const struct naming *g, size_t i)
{
	size_t least = SIZE_MAX, before, after, n;
	struct strbuf b = { 0 };

	for (size_t k = 0; k < g->n; k++) {
		if (!g->commands[k])
			return NULL;
		n = count(g->commands[k]);
		least = n < least ? n : least;
	}
	before = common(g, false, least);
	after = common(g, true, least - before);
	n = count(g->commands[i]) - after;
	for (size_t k = before; k < n; k++)
		strbuf_addf(&b, "%s%s", k > before ? " " : "",
			    g->commands[i][k]);
	return strbuf_detach(&b);
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

void compare_choose_names(const struct judging_options *o,
			  char *const *const *commands,
			  const char *const *files, size_t n, char **ret)
{
	struct naming g = {
		.commands = commands, .files = files, .n = n, .names = ret
	};

	memset(ret, 0, n * sizeof(*ret));
	if (!try(&g, by_program, 0) && !try(&g, by_stem, 0) &&
	    !(has_files(&g) && try_folders(&g, by_file)) &&
	    !try_folders(&g, by_program) && !try(&g, by_command, 0) &&
	    !try(&g, by_difference, 0))
		number(&g);
	for (size_t i = 0; i < o->names.n && i < n; i++) {
		free(ret[i]);
		ret[i] = xstrdup(o->names.items[i]);
	}
	for (size_t i = o->names.n; i < n; i++)
		ret[i] = count_up(ret, i, ret[i]);
}
