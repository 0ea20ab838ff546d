/* Sections of the files that were compiled in; see builtin.h. */
#include "event/builtin.h"

#include "base/vec.h"
#include "base/xalloc.h"

#include <string.h>

const char *builtin_path(const struct builtin_file *file)
{
	return file->name + strlen("events/");
}

void builtin_load(const struct builtin_file *file, struct section_list *list)
{
	struct section_file own = {
		.sections = xcalloc(file->n + 1, sizeof(*own.sections)),
	};

	for (uint32_t i = 0; i < file->n; i++) {
		const struct builtin_section *b =
			&builtin_sections[file->first + i];
		struct section *s = &own.sections[i];

		*s = (struct section){
			.kind = builtin_text + b->kind,
			.name = builtin_text + b->name,
			.file = file->name,
			.line = b->line,
			.builtin = true,
			.text = builtin_text,
			.at = builtin_entries + b->first,
			.n = b->n,
		};
		VEC_PUSH(list->items, list->n, s);
	}
	VEC_PUSH(list->files, list->nfiles, own);
}
