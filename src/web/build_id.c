#include "web/server.h"

#include <link.h>
#include <string.h>
#include <sys/auxv.h>

/* The parts of a note are padded to four bytes (ELF, "Note Section"). */
static size_t padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

static void read_notes(const char *at, size_t n, unsigned char out[BUILD_BYTES])
{
	while (n >= sizeof(ElfW(Nhdr))) {
		ElfW(Nhdr) note;
		size_t name, all;

		memcpy(&note, at, sizeof(note));
		name = sizeof(note) + padded(note.n_namesz);
		all = name + padded(note.n_descsz);
		if (all > n)
			return;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_descsz >= BUILD_BYTES)
			memcpy(out, at + name, BUILD_BYTES);
		at += all;
		n -= all;
	}
}

void build_id(unsigned char out[BUILD_BYTES])
{
	/* NOLINTBEGIN(performance-no-int-to-ptr): the kernel says where things are as numbers
	 */
	const ElfW(Phdr) *parts = (const void *)getauxval(AT_PHDR);
	size_t n = getauxval(AT_PHNUM);
	const char *base = NULL;

	memset(out, 0, BUILD_BYTES);
	for (size_t i = 0; i < n; i++)
		if (parts[i].p_type == PT_PHDR)
			base = (const char *)parts - parts[i].p_vaddr;
	for (size_t i = 0; base && i < n; i++)
		if (parts[i].p_type == PT_NOTE)
			read_notes(base + parts[i].p_vaddr, parts[i].p_memsz, out);
	/* NOLINTEND(performance-no-int-to-ptr) */
}
