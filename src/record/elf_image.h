/*
 * Looking into an ELF file: headers, sections, notes.
 *
 * Of our own, because what a short measurement wants to know of a stripped
 * program is a few small reads, and loading a library for it costs more than
 * all of them.  Reads, never maps: a file that shrinks meanwhile is an error
 * and not a signal.  Nothing in the file is believed before it is checked, and
 * everything is bounded.
 */
#ifndef TACHO_RECORD_ELF_IMAGE_H
#define TACHO_RECORD_ELF_IMAGE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf_section {
	const char *name; /* "" when it cannot be told; the image's */
	uint32_t type;
	uint64_t flags, offset, size;
};

struct elf_image {
	int fd; /* borrowed */
	uint64_t file_size;
	bool is_64, is_big_endian;
	uint16_t type, machine; /* ET_, EM_ */
	bool has_interp, has_needed;
	struct elf_section *sections;
	size_t nsections;
	char *names;
	uint64_t notes[8][2]; /* offset and size of the PT_NOTE segments */
	size_t nnotes;
};

/* Is this an ELF file?  @head are its first bytes. */
bool elf_image_is(const char *head, size_t len);

/*
 * Read headers and sections of @fd, which stays the caller's.  -ENOEXEC for
 * what is damaged.  A file without sections is fine.
 */
int elf_image_open(int fd, struct elf_image *ret, struct err *err);
void elf_image_done(struct elf_image *image);

const struct elf_section *elf_image_section(const struct elf_image *image,
					    const char *name);

/*
 * At most @max bytes of @section with a NUL behind them; the caller frees.
 * NULL when it is not in the file, is compressed or cannot be read.
 */
char *elf_image_data(const struct elf_image *image,
		     const struct elf_section *section, size_t max,
		     size_t *len);

/*
 * Find the note of @type by @owner; its description goes to @desc.  Returns
 * its length, 0 when there is none or it does not fit.
 */
size_t elf_image_note(const struct elf_image *image, const char *owner,
		      uint32_t type, unsigned char *desc, size_t max);

#endif
