#include "web/server.h"

#include <assert.h>

/* The files of assets/, linked in by the build. */
/* NOLINTBEGIN(bugprone-reserved-identifier): the linker's names */
extern const unsigned char _binary_benkan_css_start[], _binary_benkan_css_end[];
extern const unsigned char _binary_favicon_svg_start[], _binary_favicon_svg_end[];
/* NOLINTEND(bugprone-reserved-identifier) */

static const struct file {
	const char *name, *type;
	const unsigned char *start, *end;
} files[ASSET_COUNT] = {
	{ "benkan.css", "text/css; charset=utf-8", _binary_benkan_css_start,
	  _binary_benkan_css_end },
	{ "favicon.svg", "image/svg+xml", _binary_favicon_svg_start, _binary_favicon_svg_end },
};

static struct str bytes_of(size_t i)
{
	return str_of(files[i].start, (size_t)(files[i].end - files[i].start));
}

/* Its place in the table; ASSET_COUNT when there is none of this name. */
static size_t file_named(struct str name)
{
	size_t i = 0;

	while (i < ASSET_COUNT && !str_is(name, files[i].name))
		i++;
	return i;
}

void assets_hash(struct str hashes[ASSET_COUNT], struct arena *a)
{
	for (size_t i = 0; i < ASSET_COUNT; i++) {
		struct hash h = hash_of(bytes_of(i));
		struct buf b;

		buf_init(&b, 16);
		buf_hex(&b, h.b, 8);
		hashes[i] = arena_buf(a, &b);
	}
}

static void write_href(const struct web *w, struct buf *out, size_t i)
{
	buf_lit(out, "/assets/");
	buf_add(out, w->asset_hashes[i]);
	buf_ch(out, '/');
	buf_z(out, files[i].name);
}

void asset_href(const struct web *w, struct buf *out, const char *name)
{
	size_t i = file_named(str_z(name));

	assert(i < ASSET_COUNT);
	write_href(w, out, i);
}

static void send_file(struct visit *v, size_t i)
{
	buf_add(&v->out, bytes_of(i));
	answer_out(v, files[i].type);
}

/* Under its own hash for ever; a page of an earlier version is led to the file of today. */
void asset(struct visit *v)
{
	size_t i = file_named(v->parts[1]);
	struct err err;

	if (i == ASSET_COUNT) {
		err_set(&err, ERR_MISSING, NULL, N_("There is no page at this address."));
		page_error(v, &err);
	} else if (str_eq(v->parts[0], v->web->asset_hashes[i])) {
		cache_for_ever(v);
		send_file(v, i);
	} else {
		write_href(v->web, &v->out, i);
		http_redirect(v->a, v->r, 302, buf_str(&v->out));
	}
}

void favicon(struct visit *v)
{
	send_file(v, file_named(S("favicon.svg")));
}
