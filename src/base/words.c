/*
 * Taking a command line apart; see words.h.  The rules are those of sections
 * 2.2 and 2.3 of the shell language in POSIX.1-2017.
 */
#include "base/words.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* What sh does with a character that stands for itself only when quoted. */
static const struct special {
	char c;
	bool quoted; /* in double quotes, too */
	const char *what;
} specials[] = {
	{ '$', true, "a shell would put a value in place of '$'" },
	{ '`', true, "a shell would run what is between '`'" },
	{ '*', false, "a shell would look for files that match '*'" },
	{ '?', false, "a shell would look for files that match '?'" },
	{ '|', false, "a shell would make a pipe of '|'" },
	{ '&', false, "a shell would start another command after '&'" },
	{ ';', false, "a shell would start another command after ';'" },
	{ '<', false, "a shell would redirect the input with '<'" },
	{ '>', false, "a shell would redirect the output with '>'" },
	{ '(', false, "a shell would run what is between '(' and ')'" },
	{ ')', false, "a shell would run what is between '(' and ')'" },
	{ '\n', false, "a shell would start another command in a new line" },
};

struct splitter {
	const char *text;
	const char *at;
	struct strbuf word;
	bool in_word; /* also when it is empty: '' is a word */
	char **words;
	size_t n;
	struct err *err;
};

/* Characters, as an editor counts them, and not bytes. */
static size_t place_of(const struct splitter *s, const char *at)
{
	size_t n = 1;

	for (const char *p = s->text; p < at; p++)
		n += ((unsigned char)*p & 0xc0) != 0x80;
	return n;
}

static int refuse(const struct splitter *s, const char *at, const char *what)
{
	err_set(s->err, -EINVAL, "character %zu: %s", place_of(s, at), what);
	err_hint(s->err,
		 "--shell runs it with a shell; in single quotes it is a "
		 "plain character");
	return -EINVAL;
}

static const struct special *special_of(char c, bool quoted)
{
	for (size_t i = 0; i < ARRAY_LEN(specials); i++)
		if (specials[i].c == c && (!quoted || specials[i].quoted))
			return &specials[i];
	return NULL;
}

/* "[" is a command, "[a-z]" a pattern. */
static bool is_pattern(const char *bracket)
{
	size_t len = strcspn(bracket, "] \t\n");

	return bracket[len] == ']';
}

/* "NAME=" at the beginning of a command sets its environment. */
static bool is_assignment(const char *word)
{
	const char *p = word;

	if (!isalpha((unsigned char)*p) && *p != '_')
		return false;
	while (isalnum((unsigned char)*p) || *p == '_')
		p++;
	return *p == '=';
}

static int not_closed(const struct splitter *s, const char *quote)
{
	err_set(s->err, -EINVAL, "character %zu: this %c is never closed",
		place_of(s, quote), *quote);
	err_hint(s->err, "close it, or put a '\\' before it");
	return -EINVAL;
}

static int take_single(struct splitter *s)
{
	const char *quote = s->at++;
	const char *end = strchr(s->at, '\'');

	if (!end)
		return not_closed(s, quote);
	strbuf_add(&s->word, s->at, (size_t)(end - s->at));
	s->at = end + 1;
	return 0;
}

static int take_double(struct splitter *s)
{
	const char *quote = s->at++;

	for (; *s->at && *s->at != '"'; s->at++) {
		const struct special *special = special_of(*s->at, true);

		if (special)
			return refuse(s, s->at, special->what);
		if (*s->at == '\\' && s->at[1] && strchr("$`\"\\\n", s->at[1]))
			if (*++s->at == '\n')
				continue;
		strbuf_putc(&s->word, *s->at);
	}
	if (!*s->at)
		return not_closed(s, quote);
	s->at++;
	return 0;
}

static int take_backslash(struct splitter *s)
{
	if (!s->at[1])
		return err_set(s->err, -EINVAL,
			       "character %zu: nothing comes after this \\",
			       place_of(s, s->at));
	/* before the end of a line it joins it with the next one */
	if (s->at[1] != '\n') {
		strbuf_putc(&s->word, s->at[1]);
		s->in_word = true;
	}
	s->at += 2;
	return 0;
}

static int take_plain(struct splitter *s)
{
	const struct special *special = special_of(*s->at, false);

	if (special)
		return refuse(s, s->at, special->what);
	if (*s->at == '[' && is_pattern(s->at))
		return refuse(
			s, s->at,
			"a shell would look for files that match '[...]'");
	if (!s->in_word && *s->at == '~')
		return refuse(s, s->at,
			      "a shell would put a directory in place of '~'");
	if (!s->in_word && *s->at == '#')
		return refuse(s, s->at,
			      "a shell would take the rest for a comment");
	if (!s->in_word && !s->n && is_assignment(s->at)) {
		refuse(s, s->at, "a shell would set a variable here");
		err_hint(s->err, "write 'env' before it, or use --shell");
		return -EINVAL;
	}
	strbuf_putc(&s->word, *s->at++);
	s->in_word = true;
	return 0;
}

static void end_word(struct splitter *s)
{
	if (!s->in_word)
		return;
	VEC_PUSH(s->words, s->n, xstrdup(strbuf_str(&s->word)));
	strbuf_reset(&s->word);
	s->in_word = false;
}

static int take(struct splitter *s)
{
	switch (*s->at) {
	case ' ':
	case '\t':
		end_word(s);
		s->at++;
		return 0;
	case '\'':
		s->in_word = true;
		return take_single(s);
	case '"':
		s->in_word = true;
		return take_double(s);
	case '\\':
		return take_backslash(s);
	default:
		return take_plain(s);
	}
}

/* White space around it is how a text of several lines begins and ends. */
static bool at_end(const struct splitter *s)
{
	return !s->at[strspn(s->at, " \t\n")];
}

int words_split(const char *text, char ***ret, size_t *n, struct err *err)
{
	struct splitter s = { .text = text, .err = err };
	int r = 0;

	s.at = text + strspn(text, " \t\n");
	while (r == 0 && !at_end(&s))
		r = take(&s);
	end_word(&s);
	strbuf_done(&s.word);
	VEC_PUSH(s.words, s.n, NULL);
	if (r == 0 && !s.words[0])
		r = err_set(err, -EINVAL, "there is no command in it");
	if (r == 0 && !s.words[0][0])
		r = err_set(err, -EINVAL, "the name of the command is empty");
	if (r < 0) {
		words_free(s.words);
		return r;
	}
	*ret = s.words;
	*n = s.n - 1;
	return 0;
}

static void add_quoted(struct strbuf *b, const char *word)
{
	strbuf_putc(b, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			strbuf_puts(b, "'\\'");
		strbuf_putc(b, *word);
	}
	strbuf_putc(b, '\'');
}

char *words_join(char *const *words)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+./,:@%=";
	struct strbuf b = { 0 };

	for (size_t i = 0; words[i]; i++) {
		bool is_plain = words[i][strspn(words[i], plain)] == '\0';

		if (i)
			strbuf_putc(&b, ' ');
		if (!*words[i] || !is_plain || (!i && is_assignment(words[i])))
			add_quoted(&b, words[i]);
		else
			strbuf_puts(&b, words[i]);
	}
	return strbuf_detach(&b);
}

void words_free(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}
