/* Build-id, compiler, instruments from ELF sections; see binary_elf.h. */
#include "record/binary_elf.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Sections that are longer are read up to here. */
#define MAX_TEXT (256 << 10)
#define MAX_MODINFO (256 << 10)
#define MAX_SYMBOL_NAMES ((size_t)32 << 20)
#define CHUNK (64 << 10)

#define NOTE_GO_BUILD_ID 4

static void read_ids(const struct elf_image *image, struct binary *b)
{
	unsigned char id[sizeof(b->build_id) / 2];
	unsigned char go[sizeof(b->go_build_id) - 1];
	size_t n =
		elf_image_note(image, "GNU", NT_GNU_BUILD_ID, id, sizeof(id));

	for (size_t i = 0; i < n; i++)
		snprintf(b->build_id + 2 * i, 3, "%02x", id[i]);
	n = elf_image_note(image, "Go", NOTE_GO_BUILD_ID, go, sizeof(go));
	for (size_t i = 0; i < n; i++)
		b->go_build_id[i] =
			go[i] > ' ' && go[i] < 0x7f ? (char)go[i] : '?';
	b->go_build_id[n] = '\0';
}

/* ---- who built it ---- */

static void take_producer(struct binary *b, const struct producer *p,
			  enum binary_source source)
{
	if (p->compiler[0]) {
		memcpy(b->compiler, p->compiler, sizeof(b->compiler));
		memcpy(b->version, p->version, sizeof(b->version));
	}
	if (p->verdict == BUILD_UNKNOWN)
		return;
	b->verdict = p->verdict;
	b->level = p->level;
	b->source = source;
	b->unoptimised_share = -1.0;
	if (p->verdict != BUILD_MIXED)
		b->unoptimised_share = p->verdict == BUILD_UNOPTIMISED;
}

static void read_comment(const struct elf_image *image, struct binary *b)
{
	size_t len;
	AUTO_FREE char *data = elf_image_data(
		image, elf_image_section(image, ".comment"), MAX_TEXT, &len);
	struct producer p;

	if (!data)
		return;
	producer_of_comments(data, len, &p);
	take_producer(b, &p, BINARY_FROM_NOTHING);
}

static void read_command_lines(const struct elf_image *image, struct binary *b)
{
	size_t len;
	AUTO_FREE char *data = elf_image_data(
		image, elf_image_section(image, ".GCC.command.line"), MAX_TEXT,
		&len);
	struct producer p;

	if (!data)
		return;
	producer_of_command_lines(data, len, &p);
	/* .comment has the version of clang, its command line has not */
	if (!p.version[0])
		p.compiler[0] = '\0';
	take_producer(b, &p, BINARY_FROM_COMMAND_LINE);
}

/* A length in the style of DWARF's LEB128 and the bytes after it. */
static char *take_string(const char **at, const char *end, size_t max)
{
	uint64_t len = 0;
	char *text;

	for (unsigned shift = 0; *at < end && shift < 35; shift += 7) {
		unsigned char byte = (unsigned char)*(*at)++;

		len |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			break;
	}
	if (len > (uint64_t)(end - *at) || len > max)
		return NULL;
	text = xstrndup(*at, (size_t)len);
	*at += len;
	return text;
}

/*
 * Go's linker leaves 32 bytes and then, since 1.18, two strings: the version,
 * and the module information between two marks of 16 bytes.  Before, there
 * were pointers, which are not followed: such programs recorded no settings.
 */
static void read_go(const struct elf_image *image, struct binary *b)
{
	static const char magic[] = "\xff Go buildinf:";
	const size_t head = 32, mark = 16, has_strings = 2;
	size_t len, n;
	AUTO_FREE char *data =
		elf_image_data(image, elf_image_section(image, ".go.buildinfo"),
			       MAX_MODINFO, &len);
	AUTO_FREE char *version = NULL, *modinfo = NULL;
	const char *at;
	struct producer p;

	if (!data || len < head || memcmp(data, magic, sizeof(magic) - 1) != 0)
		return;
	snprintf(b->language, sizeof(b->language), "Go");
	snprintf(b->compiler, sizeof(b->compiler), "go");
	if (!((unsigned char)data[15] & has_strings))
		return;
	at = data + head;
	version = take_string(&at, data + len, 256);
	modinfo = version ? take_string(&at, data + len, MAX_MODINFO) : NULL;
	if (!modinfo)
		return;
	n = strlen(modinfo);
	if (n > 2 * mark)
		memmove(modinfo, modinfo + mark, n - mark + 1);
	producer_of_go(version, modinfo, &p);
	take_producer(b, &p, BINARY_FROM_GO);
	if (producer_go_has(modinfo, "-race=true"))
		b->instruments |= BINARY_TSAN;
	if (producer_go_has(modinfo, "-msan=true"))
		b->instruments |= BINARY_MSAN;
	if (producer_go_has(modinfo, "-asan=true"))
		b->instruments |= BINARY_ASAN;
	if (producer_go_has(modinfo, "-cover=true"))
		b->instruments |= BINARY_COVERAGE;
}

/* ---- what was built in ---- */

/* Names that the compilers call, or that their runtimes begin with. */
static const struct {
	const char *name; /* all of it, or with '*' its beginning */
	enum binary_instrument instrument;
} instrument_symbols[] = {
	{ "__asan_init", BINARY_ASAN },
	{ "__hwasan_init", BINARY_ASAN },
	{ "__tsan_init", BINARY_TSAN },
	{ "__msan_init", BINARY_MSAN },
	{ "__ubsan_handle_*", BINARY_UBSAN },
	{ "__gcov_init", BINARY_COVERAGE },
	{ "__llvm_profile_initialize", BINARY_COVERAGE },
	{ "__llvm_profile_runtime", BINARY_COVERAGE },
	{ "__cyg_profile_func_enter", BINARY_PROFILE },
	{ "__fentry__", BINARY_PROFILE },
	{ "mcount", BINARY_PROFILE },
	{ "_mcount", BINARY_PROFILE },
};

static unsigned instrument_of(const char *symbol)
{
	if (symbol[0] != '_' && symbol[0] != 'm')
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(instrument_symbols); i++) {
		const char *name = instrument_symbols[i].name;
		size_t len = strlen(name);

		if (name[len - 1] == '*' ? !strncmp(symbol, name, len - 1)
					 : !strcmp(symbol, name))
			return instrument_symbols[i].instrument;
	}
	return 0;
}

/*
 * Names of symbols in @section, a piece at a time: the table of a large
 * program is hundreds of megabytes.  A name across two pieces begins the
 * second one.
 */
static unsigned scan_names(const struct elf_image *image,
			   const struct elf_section *section)
{
	AUTO_FREE char *buf = xmalloc(CHUNK + 1);
	uint64_t left = section->size, offset = section->offset;
	size_t kept = 0;
	unsigned found = 0;

	if (left > MAX_SYMBOL_NAMES)
		left = MAX_SYMBOL_NAMES;
	while (left) {
		size_t want = CHUNK - kept, i = 0;
		ssize_t n;

		if (want > left)
			want = (size_t)left;
		n = pread(image->fd, buf + kept, want, (off_t)offset);
		if (n <= 0)
			break;
		left -= (uint64_t)n;
		offset += (uint64_t)n;
		kept += (size_t)n;
		buf[kept] = '\0';
		for (size_t len; i < kept; i += len + 1) {
			len = strlen(buf + i);
			if (i + len == kept && left && len < CHUNK)
				break; /* goes on in the next piece */
			found |= instrument_of(buf + i);
		}
		if (i > kept)
			i = kept;
		kept -= i;
		memmove(buf, buf + i, kept);
	}
	return found;
}

static void read_symbols(const struct elf_image *image, struct binary *b)
{
	b->stripped = true;
	for (size_t i = 0; i < image->nsections; i++) {
		const struct elf_section *s = &image->sections[i];

		if (s->type == SHT_SYMTAB)
			b->stripped = false;
		if (s->type == SHT_STRTAB && (!strcmp(s->name, ".strtab") ||
					      !strcmp(s->name, ".dynstr")))
			b->instruments |= scan_names(image, s);
	}
	/* the runtimes of clang's other sanitizers have its functions, too */
	if (b->instruments & (BINARY_ASAN | BINARY_TSAN | BINARY_MSAN))
		b->instruments &= ~(unsigned)BINARY_UBSAN;
}

void binary_elf_read(const struct elf_image *image, struct binary *ret)
{
	ret->kind = BINARY_ELF;
	ret->is_pie = image->type == ET_DYN;
	ret->is_static = !image->has_interp && !image->has_needed;
	ret->unoptimised_share = -1.0;
	read_ids(image, ret);
	read_symbols(image, ret);
	read_comment(image, ret);
	read_command_lines(image, ret);
	read_go(image, ret);
}

bool binary_elf_has_dwarf(const struct elf_image *image)
{
	const struct elf_section *s = elf_image_section(image, ".debug_info");

	if (!s)
		s = elf_image_section(image, ".zdebug_info");
	return s && s->type != SHT_NOBITS && s->size > 0;
}

/* ---- debug information in another file ---- */

/* Is @path the other half of a program with @build_id? */
static bool is_other_half(const char *path, const char *build_id)
{
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO(elf_image_done) struct elf_image image = { 0 };
	struct binary b = { 0 };

	if (fd < 0 || elf_image_open(fd, &image, NULL) < 0)
		return false;
	read_ids(&image, &b);
	return binary_elf_has_dwarf(&image) && !strcmp(b.build_id, build_id);
}

char *binary_elf_debug_file(const struct elf_image *image,
			    const struct binary *binary)
{
	const char *id = binary->build_id, *path = binary->path;
	size_t len, dir = path && strrchr(path, '/')
				  ? (size_t)(strrchr(path, '/') - path)
				  : 0;
	AUTO_FREE char *link = elf_image_data(
		image, elf_image_section(image, ".gnu_debuglink"), 4096, &len);
	char *tries[4] = { 0 }, *found = NULL;

	if (strlen(id) < 4)
		return NULL; /* nothing to know the other half by */
	tries[0] =
		xasprintf("/usr/lib/debug/.build-id/%.2s/%s.debug", id, id + 2);
	if (link && link[0] && !strchr(link, '/') && path) {
		tries[1] = xasprintf("%.*s/%s", (int)dir, path, link);
		tries[2] = xasprintf("%.*s/.debug/%s", (int)dir, path, link);
		tries[3] = xasprintf("/usr/lib/debug%.*s/%s", (int)dir, path,
				     link);
	}
	for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
		if (tries[i] && !found && is_other_half(tries[i], id))
			found = TAKE_PTR(tries[i]);
		free(tries[i]);
	}
	return found;
}
