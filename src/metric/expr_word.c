/* The words of the kernel's metric language; see expr_word.h. */
#include "metric/expr_word.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

static const char *const word_chars =
	"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.:@?";

/* What we call the kernel's literals, and its clocks (which are in seconds). */
static const struct {
	const char *theirs, *ours;
} words[] = {
	{ "#core_wide", "core_wide" },
	{ "#num_cores", "num_cores" },
	{ "#num_cpus", "num_cpus" },
	{ "#num_cpus_online", "num_cpus" },
	{ "#num_dies", "num_dies" },
	{ "#num_packages", "num_packages" },
	{ "#slots", "pipeline_width" },
	{ "#smt_on", "smt_on" },
	{ "#system_tsc_freq", "tsc_hz" },
	{ "duration_time", "wall" },
	{ "durationtimeinseconds", "wall" },
	{ "system_time", "sys_time" },
};

size_t expr_word_length(const char *p)
{
	size_t n = 0;

	for (;;) {
		size_t more = strspn(p + n, word_chars);

		if (p[n + more] == '\\' && p[n + more + 1] &&
		    strchr(",=-\\", p[n + more + 1]))
			more += 2;
		if (!more)
			return n;
		n += more;
	}
}

size_t expr_number_length(const char *p)
{
	size_t whole = strspn(p, "0123456789"), n = whole, digits, sign;

	if (p[n] == '.') {
		digits = strspn(p + n + 1, "0123456789");
		if (!whole && !digits)
			return 0;
		n += 1 + digits;
	}
	if (!n || (p[n] != 'e' && p[n] != 'E'))
		return n;
	sign = p[n + 1] == '-' || p[n + 1] == '+';
	digits = strspn(p + n + 1 + sign, "0123456789");
	return digits ? n + 1 + sign + digits : n;
}

size_t expr_literal_length(const char *p)
{
	return 1 + strspn(p + 1, word_chars);
}

char *expr_word_plain(const char *p, size_t len)
{
	char *word = xmalloc(len + 1), *to = word;

	for (size_t i = 0; i < len; i++) {
		char c = p[i];

		if (c == '\\')
			c = p[++i];
		else if (c == '@')
			c = '/';
		else if (c == '?')
			c = '0';
		*to++ = c;
	}
	*to = '\0';
	return word;
}

void expr_word_translate(char **word)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcasecmp(words[i].theirs, *word) != 0)
			continue;
		free(*word);
		*word = xstrdup(words[i].ours);
		return;
	}
}

char *expr_word_alias(const char *aliases, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = aliases; p && *p;) {
		size_t n = strcspn(p, ";");

		if (n > len && p[len] == '=' && memcmp(p, word, len) == 0)
			return xstrndup(p + len + 1, n - len - 1);
		p += n + (p[n] == ';');
	}
	return NULL;
}
