/* Lines of CSV; see csv.h. */
#include "report/csv.h"

#include "base/fmt.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

void csv_text(struct csv_line *line, const char *text)
{
	bool quote = strpbrk(text, "\"\r\n") || strstr(text, line->separator);

	if (line->fields++)
		fputs(line->separator, line->out);
	if (!quote) {
		fputs(text, line->out);
		return;
	}
	fputc('"', line->out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', line->out);
		fputc(*text, line->out);
	}
	fputc('"', line->out);
}

void csv_number(struct csv_line *line, double number)
{
	char buf[FMT_LEN];

	csv_text(line, isfinite(number) ? fmt_exact(buf, number) : "");
}

void csv_count(struct csv_line *line, uint64_t number)
{
	char buf[FMT_LEN];

	snprintf(buf, sizeof(buf), "%" PRIu64, number);
	csv_text(line, buf);
}

void csv_empty(struct csv_line *line, size_t n)
{
	while (n--)
		csv_text(line, "");
}

void csv_end(struct csv_line *line)
{
	fputc('\n', line->out);
	line->fields = 0;
}
