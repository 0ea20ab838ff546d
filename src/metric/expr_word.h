/*
 * The words of the kernel's metric language, for expr_pmu.c: how long they are,
 * what we call them, what stands for what.
 */
#ifndef TACHO_METRIC_EXPR_WORD_H
#define TACHO_METRIC_EXPR_WORD_H

#include <stddef.h>

/* Bytes of the word at @p; a '\' makes ',', '=' and '-' part of it. */
size_t expr_word_length(const char *p);
/* Of the number at @p, and of the literal with its '#'. */
size_t expr_number_length(const char *p);
size_t expr_literal_length(const char *p);

/*
 * A word of theirs as we spell it: escapes gone, "cpu@x@" as "cpu/x/".  '?' is
 * which of several chips or cores is meant; the first, as in perf where there
 * is one.  The caller frees.
 */
char *expr_word_plain(const char *p, size_t len);

/* Replace what the kernel and perfmon call a fact by what we do. */
void expr_word_translate(char **word);

/*
 * What @word stands for in @aliases ("a=NAME;b=NAME", or NULL); NULL: it is
 * none.  The caller frees.
 */
char *expr_word_alias(const char *aliases, const char *word);

#endif
