/*
 * What an ELF file tells without its debug information.
 */
#ifndef TACHO_RECORD_BINARY_ELF_H
#define TACHO_RECORD_BINARY_ELF_H

#include "record/binary.h"
#include "record/elf_image.h"

/* Fill what the sections of @image say into *ret. */
void binary_elf_read(const struct elf_image *image, struct binary *ret);

/* Has it the section that debug information begins with? */
bool binary_elf_has_dwarf(const struct elf_image *image);

/*
 * The file that a packager keeps the debug information of @image in, when it
 * is here; the caller frees.  @path is that of the program or NULL.
 */
char *binary_elf_debug_file(const struct elf_image *image,
			    const struct binary *binary);

#endif
