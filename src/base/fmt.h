/*
 * Numbers as text for people.  All write into a caller's buffer of FMT_LEN
 * bytes and return it, so that a call can stand in an argument list.
 */
#ifndef TACHO_BASE_FMT_H
#define TACHO_BASE_FMT_H

#include <stddef.h>
#include <stdint.h>

#define FMT_LEN 64

/*
 * How numbers for people are spelt.  The program itself stays in the "C"
 * numeric locale, so that machine formats and strtod() never see a comma.
 */
struct fmt_style {
	char group[8]; /* between thousands; "" for none */
	char point[8]; /* before decimals */
};

/* The style of the user's locale; "" and "." in the "C" locale. */
void fmt_style_init(struct fmt_style *ret);

/* @digits digits after the point; NULL for the plain style. */
char *fmt_grouped(char buf[FMT_LEN], double number, int digits,
		  const struct fmt_style *style);

/* "1.50 s", "2.30 ms", "870 ns" */
char *fmt_duration(char buf[FMT_LEN], double seconds);

/* "32K", "1.5M": powers of 1024 */
char *fmt_bytes(char buf[FMT_LEN], uint64_t bytes);

/*
 * The shortest text that reads back as the same double; what machine formats
 * print.
 */
char *fmt_exact(char buf[FMT_LEN], double number);

#endif
