/*
 * What failed and what to try.
 *
 * Functions return 0 (or a count) or a negative errno, and describe the
 * failure in a struct err that the caller provides.  Only cmd/ prints it.
 * A zeroed struct is valid.  Passing NULL is allowed: the text is dropped.
 */
#ifndef TACHO_BASE_ERR_H
#define TACHO_BASE_ERR_H

#define ERR_TEXT 480

struct err {
	int code;            /* negative errno, 0: nothing failed */
	char what[ERR_TEXT]; /* "cannot open 'x': No such file or directory" */
	char hint[ERR_TEXT]; /* what to try; may be empty */
};

/*
 * Say what failed and return @code, so that "return err_set(...)" works.
 * A hint of an earlier failure is cleared.
 */
int err_set(struct err *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Add what the user can do about it. */
void err_hint(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Put "<text>: " before what has been said; returns err->code. */
int err_prefix(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
