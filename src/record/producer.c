/* Texts of compilers; see producer.h. */
#include "record/producer.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const level_names[] = {
	[LEVEL_UNKNOWN] = "", [LEVEL_0] = "-O0", [LEVEL_G] = "-Og",
	[LEVEL_1] = "-O1",    [LEVEL_S] = "-Os", [LEVEL_Z] = "-Oz",
	[LEVEL_2] = "-O2",    [LEVEL_3] = "-O3", [LEVEL_FAST] = "-Ofast",
};
_Static_assert(ARRAY_LEN(level_names) == LEVEL_COUNT, "a level has a name");

const char *build_level_name(enum build_level level)
{
	return level_names[level];
}

const char *build_verdict_name(enum build_verdict verdict)
{
	switch (verdict) {
	case BUILD_UNKNOWN:
		break;
	case BUILD_UNOPTIMISED:
		return "unoptimised";
	case BUILD_OPTIMISED:
		return "optimised";
	case BUILD_MIXED:
		return "mixed";
	}
	return "unknown";
}

static enum build_verdict verdict_of(enum build_level level)
{
	if (level == LEVEL_UNKNOWN)
		return BUILD_UNKNOWN;
	return level == LEVEL_0 ? BUILD_UNOPTIMISED : BUILD_OPTIMISED;
}

/* The level of one switch of @len bytes after "-O"; gcc takes -O4 for -O3. */
static enum build_level switch_level(const char *s, size_t len)
{
	if (len == 0)
		return LEVEL_1;
	if (len == 4 && !memcmp(s, "fast", 4))
		return LEVEL_FAST;
	for (size_t i = 0; len > 1 && i < len; i++)
		if (!isdigit((unsigned char)s[i]))
			return LEVEL_UNKNOWN;
	switch (*s) {
	case '0':
		return len == 1 ? LEVEL_0 : LEVEL_3;
	case '1':
		return len == 1 ? LEVEL_1 : LEVEL_3;
	case '2':
		return len == 1 ? LEVEL_2 : LEVEL_3;
	case 'g':
		return LEVEL_G;
	case 's':
		return LEVEL_S;
	case 'z':
		return LEVEL_Z;
	default:
		break;
	}
	return isdigit((unsigned char)*s) ? LEVEL_3 : LEVEL_UNKNOWN;
}

/* Of the switches in @s the last -O wins; unknown when there is none. */
static enum build_level last_level(const char *s)
{
	enum build_level level = LEVEL_UNKNOWN;

	while (*s) {
		size_t len;

		s += strspn(s, " ");
		len = strcspn(s, " ");
		if (len >= 2 && s[0] == '-' && s[1] == 'O') {
			enum build_level l = switch_level(s + 2, len - 2);

			if (l != LEVEL_UNKNOWN)
				level = l;
		}
		s += len;
	}
	return level;
}

/* The first word of @s that begins with a digit, or with "v" or "go" and one */
static const char *version_in(const char *s)
{
	for (; *s; s += strcspn(s, " "), s += strspn(s, " ")) {
		const char *digit = s;

		if (*digit == 'v')
			digit++;
		else if (!strncmp(digit, "go", 2))
			digit += 2;
		if (isdigit((unsigned char)*digit))
			return digit;
	}
	return NULL;
}

static void set_version(struct producer *p, const char *s)
{
	snprintf(p->version, sizeof(p->version), "%.*s",
		 (int)strcspn(s, " ;,)"), s);
}

/*
 * Were the switches recorded?  Then a missing -O means -O0.  A bare "GNU C17
 * 12.2.0" is what -gno-record-gcc-switches leaves, clang without
 * -grecord-command-line and everything that was not asked to tell.
 */
static void set_level(struct producer *p, const char *rest)
{
	const char *switches = strstr(rest, " -");

	if (!switches)
		return;
	p->level = last_level(switches);
	if (p->level == LEVEL_UNKNOWN)
		p->level = LEVEL_0;
	p->verdict = verdict_of(p->level);
}

static void parse_gnu(const char *text, struct producer *p)
{
	const char *version = version_in(text);

	snprintf(p->compiler, sizeof(p->compiler), "gcc");
	if (!strncmp(text, "AS ", 3)) {
		p->is_assembler = true;
		snprintf(p->compiler, sizeof(p->compiler), "as");
	}
	if (!version)
		return;
	set_version(p, version);
	if (!p->is_assembler)
		set_level(p, version);
}

static void parse_clang(const char *version, struct producer *p)
{
	snprintf(p->compiler, sizeof(p->compiler), "clang");
	set_version(p, version);
	set_level(p, version);
}

static void parse_go(const char *text, struct producer *p)
{
	const char *version = version_in(text);
	const char *flags = strchr(text, ';');

	snprintf(p->compiler, sizeof(p->compiler), "go");
	if (version)
		set_version(p, version);
	/* its compiler optimises unless -N forbids it, and notes that it did */
	p->verdict = BUILD_OPTIMISED;
	if (flags &&
	    (strstr(flags, " -N ") ||
	     (strlen(flags) >= 3 && !strcmp(flags + strlen(flags) - 3, " -N"))))
		p->verdict = BUILD_UNOPTIMISED;
}

/* Any other: its words up to the version, and -O if it tells one. */
static void parse_other(const char *text, struct producer *p)
{
	const char *version = version_in(text);
	size_t len = version ? (size_t)(version - text) : strlen(text);
	const char *word = strstr(text, " version ");

	if (word && (size_t)(word - text) < len)
		len = (size_t)(word - text);
	while (len && strchr(" v(,", text[len - 1]))
		len--;
	if (len >= sizeof(p->compiler))
		len = sizeof(p->compiler) - 1;
	memcpy(p->compiler, text, len);
	p->compiler[len] = '\0';
	if (!version)
		return;
	set_version(p, version);
	p->level = last_level(version);
	p->verdict = verdict_of(p->level);
}

void producer_parse(const char *text, struct producer *ret)
{
	const char *at;

	memset(ret, 0, sizeof(*ret));
	text += strspn(text, " ");
	if (!strncmp(text, "GNU ", 4)) {
		parse_gnu(text + 4, ret);
	} else if (!strncmp(text, "GCC: (", 6)) {
		/* "GCC: (Debian 12.2.0-14) 12.2.0": the packager's first */
		at = strchr(text, ')');
		snprintf(ret->compiler, sizeof(ret->compiler), "gcc");
		at = at ? version_in(at) : NULL;
		if (at)
			set_version(ret, at);
	} else if ((at = strstr(text, "rustc version "))) {
		snprintf(ret->compiler, sizeof(ret->compiler), "rustc");
		set_version(ret, at + 14);
	} else if (!strncmp(text, "Go cmd/compile ", 15)) {
		parse_go(text + 15, ret);
	} else if ((at = strstr(text, "clang version "))) {
		parse_clang(at + 14, ret);
	} else {
		parse_other(text, ret);
	}
}

/* How much a compiler says about a program that several have left texts in. */
static int weight(const struct producer *p)
{
	if (!strcmp(p->compiler, "gcc"))
		return 1; /* the startup files are its work, too */
	if (!strcmp(p->compiler, "clang"))
		return 2; /* may be the C part of something in Rust */
	return 3;
}

void producer_of_comments(const char *data, size_t len, struct producer *ret)
{
	struct producer p;

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < len; i += strnlen(data + i, len - i) + 1) {
		if (!data[i] || !strncmp(data + i, "Linker: ", 8))
			continue;
		producer_parse(data + i, &p);
		p.level = LEVEL_UNKNOWN;
		p.verdict = BUILD_UNKNOWN;
		if (!p.compiler[0])
			continue;
		if (ret->compiler[0] && !strcmp(ret->compiler, p.compiler)) {
			/* two versions: which one built the program? */
			if (strcmp(ret->version, p.version) != 0)
				ret->version[0] = '\0';
		} else if (!ret->compiler[0] || weight(&p) > weight(ret)) {
			*ret = p;
		}
	}
}

/* One line, from a compiler that writes whole lines or one for each switch. */
static enum build_level line_level(const char *line, struct producer *ret)
{
	struct producer p = { 0 };
	const char *slash;
	size_t len = strcspn(line, " ");

	if (*line == '-')
		return last_level(line);
	if (!strncmp(line, "GNU ", 4)) {
		producer_parse(line, &p);
		*ret = p;
		return p.level;
	}
	for (slash = line + len; slash > line && slash[-1] != '/';)
		slash--;
	if (!strncmp(slash, "clang", 5) && !ret->compiler[0])
		snprintf(ret->compiler, sizeof(ret->compiler), "clang");
	/* a whole line without -O is -O0; anything else is not understood */
	p.level = last_level(line);
	if (p.level == LEVEL_UNKNOWN && ret->compiler[0])
		p.level = LEVEL_0;
	return p.level;
}

/* What the lines agree on. */
struct levels {
	enum build_level level; /* of those that optimise */
	bool optimised, unoptimised, differ;
};

static void count_level(struct levels *l, enum build_level level)
{
	if (level == LEVEL_UNKNOWN)
		return;
	if (level == LEVEL_0) {
		l->unoptimised = true;
		return;
	}
	if (l->optimised && l->level != level)
		l->differ = true;
	l->optimised = true;
	l->level = level;
}

void producer_of_command_lines(const char *data, size_t len,
			       struct producer *ret)
{
	struct levels l = { 0 };
	bool switches_only = true, any = false;

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < len; i += strnlen(data + i, len - i) + 1) {
		if (!data[i])
			continue;
		any = true;
		if (data[i] != '-')
			switches_only = false;
		count_level(&l, line_level(data + i, ret));
	}
	/* gcc before 11 gave each switch a line: no -O at all is -O0 */
	if (any && switches_only && !l.optimised)
		l.unoptimised = true;
	ret->level = l.differ ? LEVEL_UNKNOWN : l.level;
	if (l.unoptimised && !l.optimised)
		ret->level = LEVEL_0;
	ret->verdict = BUILD_UNKNOWN;
	if (l.optimised && l.unoptimised)
		ret->verdict = BUILD_MIXED;
	else if (l.optimised || l.unoptimised)
		ret->verdict =
			l.optimised ? BUILD_OPTIMISED : BUILD_UNOPTIMISED;
}

/* The line "build\t@setting...", or NULL */
static const char *go_line(const char *modinfo, const char *setting)
{
	for (const char *s = modinfo; s; s = strchr(s, '\n')) {
		s += *s == '\n';
		if (!strncmp(s, "build\t", 6) &&
		    !strncmp(s + 6, setting, strlen(setting)))
			return s;
	}
	return NULL;
}

bool producer_go_has(const char *modinfo, const char *setting)
{
	return go_line(modinfo, setting) != NULL;
}

void producer_of_go(const char *version, const char *modinfo,
		    struct producer *ret)
{
	const char *flags = go_line(modinfo, "-gcflags=");

	memset(ret, 0, sizeof(*ret));
	snprintf(ret->compiler, sizeof(ret->compiler), "go");
	if (!strncmp(version, "go", 2))
		version += 2;
	set_version(ret, version);
	/* settings are recorded since 1.18; before, nothing is known */
	if (!go_line(modinfo, "-compiler=gc"))
		return;
	ret->verdict = BUILD_OPTIMISED;
	if (flags) {
		AUTO_FREE char *line = xstrndup(flags, strcspn(flags, "\n"));

		for (const char *n = line; (n = strstr(n, "-N")); n += 2)
			if (strchr(" \"='", n[-1]) &&
			    (!n[2] || strchr(" \"'", n[2])))
				ret->verdict = BUILD_UNOPTIMISED;
	}
}
