/* ELF headers, sections and notes; see elf_image.h. */
#include "record/elf_image.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Beyond these the rest is not looked at. */
#define MAX_SECTIONS 4096
#define MAX_SEGMENTS 256
#define MAX_NAMES (1 << 20)
#define MAX_NOTES (64 << 10)
#define MAX_DYNAMIC (64 << 10)

/* A field of the header: where it is in both classes, and its width there. */
struct field {
	uint16_t at[2];   /* [is_64] */
	uint16_t size[2]; /* bytes */
};
#define FIELD(prefix, name)                                                    \
	{                                                                      \
		{ offsetof(Elf32_##prefix, name),                              \
		  offsetof(Elf64_##prefix, name) },                            \
		{                                                              \
			sizeof(((Elf32_##prefix *)0)->name),                   \
				sizeof(((Elf64_##prefix *)0)->name)            \
		}                                                              \
	}

static const struct field e_type = FIELD(Ehdr, e_type);
static const struct field e_machine = FIELD(Ehdr, e_machine);
static const struct field e_phoff = FIELD(Ehdr, e_phoff);
static const struct field e_shoff = FIELD(Ehdr, e_shoff);
static const struct field e_phentsize = FIELD(Ehdr, e_phentsize);
static const struct field e_phnum = FIELD(Ehdr, e_phnum);
static const struct field e_shentsize = FIELD(Ehdr, e_shentsize);
static const struct field e_shnum = FIELD(Ehdr, e_shnum);
static const struct field e_shstrndx = FIELD(Ehdr, e_shstrndx);
static const struct field p_type = FIELD(Phdr, p_type);
static const struct field p_offset = FIELD(Phdr, p_offset);
static const struct field p_filesz = FIELD(Phdr, p_filesz);
static const struct field sh_name = FIELD(Shdr, sh_name);
static const struct field sh_type = FIELD(Shdr, sh_type);
static const struct field sh_flags = FIELD(Shdr, sh_flags);
static const struct field sh_offset = FIELD(Shdr, sh_offset);
static const struct field sh_size = FIELD(Shdr, sh_size);
static const struct field sh_link = FIELD(Shdr, sh_link);
static const struct field d_tag = FIELD(Dyn, d_tag);

static uint64_t number(const struct elf_image *image, const unsigned char *at,
		       size_t size)
{
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 |
			at[image->is_big_endian ? i : size - 1 - i];
	return value;
}

static uint64_t get(const struct elf_image *image, const void *record,
		    const struct field *field)
{
	const unsigned char *at = record;

	return number(image, at + field->at[image->is_64],
		      field->size[image->is_64]);
}

/* All of it, or an error: what is missing was promised by a header. */
static int read_at(const struct elf_image *image, void *to, size_t len,
		   uint64_t offset)
{
	char *at = to;

	if (offset > image->file_size || len > image->file_size - offset)
		return -ENOEXEC;
	while (len) {
		ssize_t n = pread(image->fd, at, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -ENOEXEC;
		at += n;
		len -= (size_t)n;
		offset += (size_t)n;
	}
	return 0;
}

/* Does the dynamic section name a library? */
static bool needs_library(const struct elf_image *image, uint64_t offset,
			  uint64_t size)
{
	size_t step = image->is_64 ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn);
	size_t len = size > MAX_DYNAMIC ? MAX_DYNAMIC : (size_t)size;
	AUTO_FREE char *data = xmalloc(len + 1);

	if (read_at(image, data, len, offset) < 0)
		return false;
	for (size_t i = 0; i + step <= len; i += step) {
		uint64_t tag = get(image, data + i, &d_tag);

		if (tag == DT_NULL)
			break;
		if (tag == DT_NEEDED)
			return true;
	}
	return false;
}

static int read_segments(struct elf_image *image, const void *header)
{
	size_t step = get(image, header, &e_phentsize);
	size_t n = get(image, header, &e_phnum);
	AUTO_FREE char *table = NULL;
	int r;

	if (step != (image->is_64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)))
		return n ? -ENOEXEC : 0;
	if (n > MAX_SEGMENTS)
		n = MAX_SEGMENTS;
	table = xmalloc(n * step + 1);
	r = read_at(image, table, n * step, get(image, header, &e_phoff));
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		const char *segment = table + i * step;
		uint64_t offset = get(image, segment, &p_offset);
		uint64_t size = get(image, segment, &p_filesz);
		uint64_t type = get(image, segment, &p_type);

		if (type == PT_INTERP)
			image->has_interp = true;
		if (type == PT_DYNAMIC)
			image->has_needed = needs_library(image, offset, size);
		if (type == PT_NOTE &&
		    image->nnotes < ARRAY_LEN(image->notes)) {
			image->notes[image->nnotes][0] = offset;
			image->notes[image->nnotes++][1] = size;
		}
	}
	return 0;
}

static void fill_section(const struct elf_image *image, const void *record,
			 size_t names_len, struct elf_section *ret)
{
	uint64_t name = get(image, record, &sh_name);

	*ret = (struct elf_section){
		.name = name < names_len ? image->names + name : "",
		.type = (uint32_t)get(image, record, &sh_type),
		.flags = get(image, record, &sh_flags),
		.offset = get(image, record, &sh_offset),
		.size = get(image, record, &sh_size),
	};
}

/* A program that has no sections, or damaged ones, still has its segments. */
static void read_sections(struct elf_image *image, const void *header)
{
	size_t step = get(image, header, &e_shentsize);
	size_t n = get(image, header, &e_shnum);
	size_t names = get(image, header, &e_shstrndx), names_len = 0;
	uint64_t at = get(image, header, &e_shoff);
	AUTO_FREE char *table = NULL;
	struct elf_section section;
	char first[sizeof(Elf64_Shdr)];

	if (!at ||
	    step != (image->is_64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr)) ||
	    read_at(image, first, step, at) < 0)
		return;
	/* numbers that do not fit the header are in the first section */
	if (!n)
		n = get(image, first, &sh_size);
	if (names == SHN_XINDEX)
		names = get(image, first, &sh_link);
	if (n > MAX_SECTIONS)
		n = MAX_SECTIONS;
	table = xmalloc(n * step + 1);
	if (read_at(image, table, n * step, at) < 0)
		return;
	if (names < n) {
		fill_section(image, table + names * step, 0, &section);
		image->names =
			elf_image_data(image, &section, MAX_NAMES, &names_len);
	}
	image->sections = xcalloc(n + 1, sizeof(*image->sections));
	image->nsections = n;
	for (size_t i = 0; i < n; i++)
		fill_section(image, table + i * step, names_len,
			     &image->sections[i]);
}

bool elf_image_is(const char *head, size_t len)
{
	return len >= SELFMAG && !memcmp(head, ELFMAG, SELFMAG);
}

int elf_image_open(int fd, struct elf_image *ret, struct err *err)
{
	struct elf_image image = { .fd = fd };
	unsigned char header[sizeof(Elf64_Ehdr)] = { 0 };
	struct stat st;
	int r;

	if (fstat(fd, &st) < 0)
		return err_set(err, -errno, "%s", strerror(errno));
	image.file_size = (uint64_t)st.st_size;
	r = read_at(&image, header, sizeof(Elf32_Ehdr), 0);
	if (r == 0 && !elf_image_is((const char *)header, sizeof(header)))
		r = -ENOEXEC;
	image.is_64 = header[EI_CLASS] == ELFCLASS64;
	image.is_big_endian = header[EI_DATA] == ELFDATA2MSB;
	if (r == 0 && image.is_64)
		r = read_at(&image, header, sizeof(Elf64_Ehdr), 0);
	image.type = (uint16_t)get(&image, header, &e_type);
	image.machine = (uint16_t)get(&image, header, &e_machine);
	if (r == 0)
		r = read_segments(&image, header);
	if (r < 0) {
		elf_image_done(&image);
		return err_set(err, r, "its ELF headers are damaged");
	}
	read_sections(&image, header);
	*ret = image;
	return 0;
}

void elf_image_done(struct elf_image *image)
{
	if (!image)
		return;
	free(image->sections);
	free(image->names);
	memset(image, 0, sizeof(*image));
}

const struct elf_section *elf_image_section(const struct elf_image *image,
					    const char *name)
{
	for (size_t i = 0; i < image->nsections; i++)
		if (!strcmp(image->sections[i].name, name))
			return &image->sections[i];
	return NULL;
}

char *elf_image_data(const struct elf_image *image,
		     const struct elf_section *section, size_t max, size_t *len)
{
	AUTO_FREE char *data = NULL;
	size_t n;

	if (!section || section->type == SHT_NOBITS ||
	    (section->flags & SHF_COMPRESSED))
		return NULL;
	if (section->offset > image->file_size ||
	    section->size > image->file_size - section->offset)
		return NULL;
	n = section->size > max ? max : (size_t)section->size;
	data = xmalloc(n + 1);
	if (read_at(image, data, n, section->offset) < 0)
		return NULL;
	data[n] = '\0';
	*len = n;
	return TAKE_PTR(data);
}

/* The note in @data; 0 when it is not there. */
static size_t find_note(const struct elf_image *image,
			const unsigned char *data, size_t len,
			const char *owner, uint32_t type, unsigned char *desc,
			size_t max)
{
	size_t owner_len = strlen(owner) + 1;

	while (len >= 12) {
		uint64_t name_size = number(image, data, 4);
		uint64_t desc_size = number(image, data + 4, 4);
		uint64_t name_room = (name_size + 3) & ~(uint64_t)3;
		uint64_t room = name_room + ((desc_size + 3) & ~(uint64_t)3);

		data += 12;
		len -= 12;
		/* the last one may go without its padding */
		if (name_room > len || desc_size > len - name_room)
			return 0;
		/* Go counts the padding as part of its name */
		if (name_size >= owner_len && name_size < owner_len + 4 &&
		    !memcmp(data, owner, owner_len) &&
		    number(image, data - 4, 4) == type && desc_size <= max) {
			memcpy(desc, data + name_room, desc_size);
			return desc_size;
		}
		if (room > len)
			return 0;
		data += room;
		len -= room;
	}
	return 0;
}

size_t elf_image_note(const struct elf_image *image, const char *owner,
		      uint32_t type, unsigned char *desc, size_t max)
{
	for (size_t i = 0; i < image->nnotes; i++) {
		uint64_t size = image->notes[i][1];
		size_t len = size > MAX_NOTES ? MAX_NOTES : (size_t)size;
		AUTO_FREE unsigned char *data = xmalloc(len + 1);
		size_t found;

		if (read_at(image, data, len, image->notes[i][0]) < 0)
			continue;
		found = find_note(image, data, len, owner, type, desc, max);
		if (found)
			return found;
	}
	return 0;
}
