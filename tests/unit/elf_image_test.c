#include "record/elf_image.h"

#include "unit.h"

#include "base/auto.h"

#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A file that is made by hand, in any class and order of bytes. */
struct maker {
	unsigned char data[1024];
	size_t len;
	bool is_64, is_big;
};

static void put(struct maker *m, size_t at, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		m->data[at + (m->is_big ? size - 1 - i : i)] =
			(unsigned char)(value >> 8 * i);
}

/* A field of either class's record at @at. */
#define PUT(m, at, record, field, value)                                       \
	((m)->is_64 ? put(m, (at) + offsetof(Elf64_##record, field), value,    \
			  sizeof(((Elf64_##record *)0)->field))                \
		    : put(m, (at) + offsetof(Elf32_##record, field), value,    \
			  sizeof(((Elf32_##record *)0)->field)))
#define SIZE(m, record)                                                        \
	((m)->is_64 ? sizeof(Elf64_##record) : sizeof(Elf32_##record))

static const char names[] = "\0.comment\0.shstrtab\0.debug_x";

static void put_section(struct maker *m, size_t at, uint32_t name,
			uint32_t type, uint64_t flags, uint64_t offset,
			uint64_t size)
{
	PUT(m, at, Shdr, sh_name, name);
	PUT(m, at, Shdr, sh_type, type);
	PUT(m, at, Shdr, sh_flags, flags);
	PUT(m, at, Shdr, sh_offset, offset);
	PUT(m, at, Shdr, sh_size, size);
}

/*
 * Header, a PT_NOTE with two notes, a PT_DYNAMIC that needs a library, and
 * four sections.
 */
static void make(struct maker *m, bool is_64, bool is_big)
{
	const size_t phdr = 64, note = 200, dynamic = 300, comment = 400,
		     strings = 420, shdr = 480;

	*m = (struct maker){ .is_64 = is_64, .is_big = is_big };
	memcpy(m->data, ELFMAG, SELFMAG);
	m->data[EI_CLASS] = is_64 ? ELFCLASS64 : ELFCLASS32;
	m->data[EI_DATA] = is_big ? ELFDATA2MSB : ELFDATA2LSB;
	PUT(m, 0, Ehdr, e_type, ET_DYN);
	PUT(m, 0, Ehdr, e_machine, EM_S390);
	PUT(m, 0, Ehdr, e_phoff, phdr);
	PUT(m, 0, Ehdr, e_phentsize, SIZE(m, Phdr));
	PUT(m, 0, Ehdr, e_phnum, 2);
	PUT(m, 0, Ehdr, e_shoff, shdr);
	PUT(m, 0, Ehdr, e_shentsize, SIZE(m, Shdr));
	PUT(m, 0, Ehdr, e_shnum, 4);
	PUT(m, 0, Ehdr, e_shstrndx, 2);
	PUT(m, phdr, Phdr, p_type, PT_NOTE);
	PUT(m, phdr, Phdr, p_offset, note);
	PUT(m, phdr, Phdr, p_filesz, 16 + 8 + 12 + 4 + 3);
	PUT(m, phdr + SIZE(m, Phdr), Phdr, p_type, PT_DYNAMIC);
	PUT(m, phdr + SIZE(m, Phdr), Phdr, p_offset, dynamic);
	PUT(m, phdr + SIZE(m, Phdr), Phdr, p_filesz, 2 * SIZE(m, Dyn));
	put(m, note, 4, 4); /* "GNU", 8 bytes, of a type that nobody asks for */
	put(m, note + 4, 8, 4);
	put(m, note + 8, 1, 4);
	memcpy(m->data + note + 12, "GNU", 4);
	put(m, note + 24, 4, 4); /* and a build-id without padding */
	put(m, note + 28, 3, 4);
	put(m, note + 32, NT_GNU_BUILD_ID, 4);
	memcpy(m->data + note + 36, "GNU", 4);
	memcpy(m->data + note + 40, "\xab\xcd\xef", 3);
	PUT(m, dynamic, Dyn, d_tag, DT_NEEDED);
	memcpy(m->data + comment, "GCC: x", 7);
	memcpy(m->data + strings, names, sizeof(names));
	put_section(m, shdr + SIZE(m, Shdr), 1, SHT_PROGBITS, 0, comment, 7);
	put_section(m, shdr + 2 * SIZE(m, Shdr), 10, SHT_STRTAB, 0, strings,
		    sizeof(names));
	put_section(m, shdr + 3 * SIZE(m, Shdr), 20, SHT_PROGBITS,
		    SHF_COMPRESSED, comment, 7);
	m->len = shdr + 4 * SIZE(m, Shdr);
}

static int file_of(const void *data, size_t len)
{
	int fd = memfd_create("elf", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, data, len, 0), len);
	return fd;
}

static void every_class_and_byte_order_is_read(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		AUTO(elf_image_done) struct elf_image image = { 0 };
		AUTO_CLOSE int fd = -1;
		AUTO_FREE char *text = NULL;
		unsigned char id[8];
		struct maker m;
		size_t len;

		make(&m, i & 1, i & 2);
		fd = file_of(m.data, m.len);
		assert_int_equal(elf_image_open(fd, &image, NULL), 0);
		assert_int_equal(image.type, ET_DYN);
		assert_int_equal(image.machine, EM_S390);
		assert_true(image.has_needed);
		assert_false(image.has_interp);
		assert_int_equal(image.nsections, 4);
		text = elf_image_data(&image,
				      elf_image_section(&image, ".comment"),
				      100, &len);
		assert_non_null(text);
		assert_string_equal(text, "GCC: x");
		assert_int_equal(len, 7);
		assert_int_equal(elf_image_note(&image, "GNU", NT_GNU_BUILD_ID,
						id, sizeof(id)),
				 3);
		assert_memory_equal(id, "\xab\xcd\xef", 3);
	}
}

static void what_is_not_there_is_not_found(void **state)
{
	AUTO(elf_image_done) struct elf_image image = { 0 };
	AUTO_CLOSE int fd = -1;
	AUTO_FREE char *text = NULL;
	unsigned char id[2];
	struct maker m;
	size_t len;

	(void)state;
	make(&m, true, false);
	fd = file_of(m.data, m.len);
	assert_int_equal(elf_image_open(fd, &image, NULL), 0);
	assert_null(elf_image_section(&image, ".symtab"));
	assert_null(elf_image_data(&image, NULL, 100, &len));
	/* compressed text is no text */
	assert_null(elf_image_data(
		&image, elf_image_section(&image, ".debug_x"), 100, &len));
	assert_int_equal(elf_image_note(&image, "Go", 4, id, sizeof(id)), 0);
	/* too long for who asks */
	assert_int_equal(
		elf_image_note(&image, "GNU", NT_GNU_BUILD_ID, id, sizeof(id)),
		0);
	text = elf_image_data(&image, elf_image_section(&image, ".comment"), 3,
			      &len);
	assert_string_equal(text, "GCC");
	assert_int_equal(len, 3);
}

static void what_is_no_program_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"\177",
		"\177ELF",
		"#!/bin/sh",
		"long enough for a header, but nothing of the kind at all",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		AUTO_CLOSE int fd = file_of(texts[i], strlen(texts[i]));
		struct elf_image image;
		struct err err = { 0 };

		assert_int_equal(elf_image_open(fd, &image, &err), -ENOEXEC);
		assert_string_equal(err.what, "its ELF headers are damaged");
	}
	assert_false(elf_image_is("\177EL", 3));
	assert_true(elf_image_is("\177ELF", 4));
}

/* All that one can ask of whatever @data is. */
static void ask_everything(const unsigned char *data, size_t len)
{
	AUTO(elf_image_done) struct elf_image image = { 0 };
	AUTO_CLOSE int fd = file_of(data, len);
	unsigned char id[64];

	if (elf_image_open(fd, &image, NULL) < 0)
		return;
	for (size_t i = 0; i < image.nsections; i++) {
		size_t n = 0;
		AUTO_FREE char *text =
			elf_image_data(&image, &image.sections[i], 4096, &n);

		assert_true(strlen(image.sections[i].name) < 4096);
		assert_true(!text || n <= len);
	}
	assert_true(elf_image_note(&image, "GNU", NT_GNU_BUILD_ID, id,
				   sizeof(id)) <= sizeof(id));
}

static void damage_is_survived(void **state)
{
	static const unsigned char values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	struct maker m;

	(void)state;
	for (int i = 0; i < 4; i++) {
		make(&m, i & 1, i & 2);
		for (size_t len = 0; len <= m.len; len++)
			ask_everything(m.data, len);
		for (size_t at = 0; at < m.len; at++) {
			unsigned char was = m.data[at];

			for (size_t v = 0; v < ARRAY_LEN(values); v++) {
				m.data[at] = values[v];
				ask_everything(m.data, m.len);
			}
			m.data[at] = was;
		}
	}
}

/* Sections beyond a number are not looked at, and cost nothing. */
static void numbers_that_promise_too_much_are_bounded(void **state)
{
	AUTO(elf_image_done) struct elf_image image = { 0 };
	AUTO_CLOSE int fd = -1;
	struct maker m;

	(void)state;
	make(&m, true, false);
	PUT(&m, 0, Ehdr, e_shnum, 0);
	put_section(&m, 480, 0, SHT_NULL, 0, 0, UINT64_MAX);
	fd = file_of(m.data, m.len);
	assert_int_equal(elf_image_open(fd, &image, NULL), 0);
	assert_int_equal(image.nsections, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_class_and_byte_order_is_read),
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(what_is_no_program_is_refused),
		cmocka_unit_test(damage_is_survived),
		cmocka_unit_test(numbers_that_promise_too_much_are_bounded),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
