#include "wire/atom.h"

static void element(struct xml_w *w, const char *name, struct str text)
{
	xml_open_tag(w, name);
	xml_text(w, text);
	xml_close_tag(w);
}

static void link_to(struct xml_w *w, const char *rel, const char *type, struct str href)
{
	xml_open_tag(w, "link");
	xml_attr(w, "rel", str_z(rel));
	xml_attr(w, "type", str_z(type));
	xml_attr(w, "href", href);
	xml_close_tag(w);
}

void atom_begin(struct xml_w *w, const struct atom_feed *f)
{
	xml_open_tag(w, "feed");
	xml_attr(w, "xmlns", S("http://www.w3.org/2005/Atom"));
	xml_attr(w, "xml:lang", str_z(f->lang));
	element(w, "id", f->id);
	element(w, "title", f->title);
	element(w, "updated", f->updated);
	link_to(w, "self", "application/atom+xml", f->self);
	link_to(w, "alternate", "text/html", f->page);
	element(w, "generator", S("Benkan"));
}

void atom_entry(struct xml_w *w, const struct atom_entry *e)
{
	xml_open_tag(w, "entry");
	element(w, "id", e->id);
	element(w, "title", e->title);
	element(w, "updated", e->updated);
	link_to(w, "alternate", "text/html", e->page);
	xml_open_tag(w, "author");
	element(w, "name", e->author);
	xml_close_tag(w);
	if (e->category.n > 0) {
		xml_open_tag(w, "category");
		xml_attr(w, "term", e->category);
		xml_attr(w, "label", e->category_words);
		xml_close_tag(w);
	}
	if (e->summary.n > 0)
		element(w, "summary", e->summary);
	xml_close_tag(w);
}

void atom_end(struct xml_w *w)
{
	xml_close_tag(w);
}
