#include "exchange/table.h"
#include "web/spool.h"

/*
 * /data/KIND.FORMAT: a table of what this visitor may read, whole, written into a file without
 * a name, so that memory does not grow with it.  Its tag is that of any page where it is the
 * same for everybody, else the hash of its bytes.
 */

/* "project.sectors.csv", "project-template.csv", "project.sectors-template.xlsx" into the table
 * and the format. */
static const struct table_format *read_name(struct str name, struct table_plan *plan)
{
	const struct table_format *f = NULL;
	struct err ignored;
	size_t dot = name.n;

	while (dot > 0 && name.p[dot - 1] != '.')
		dot--;
	if (dot > 0)
		f = table_format_named(str_from(name, dot));
	name = str_cut(name, f ? dot - 1 : 0);
	plan->blank = f && (f->write == table_csv || f->write == table_xlsx) &&
		      str_ends(name, S("-template"));
	if (plan->blank)
		name = str_cut(name, name.n - (sizeof("-template") - 1));
	return f && table_named(name, plan, &ignored) ? f : NULL;
}

static void describe_file(struct visit *v, const struct table_format *f, const struct hash *h)
{
	struct str name = arena_join(v->a, S("attachment; filename=\""), v->parts[0]);

	v->r->type = f->media;
	http_set(v->a, v->r, "Access-Control-Allow-Origin", S("*"));
	http_set(v->a, v->r, "Content-Language", str_z(lang_codes[v->lang]));
	http_set(v->a, v->r, "Content-Disposition", arena_join(v->a, name, S("\"")));
	if (is_shared(v))
		return;
	http_set(v->a, v->r, "Cache-Control", S("private, no-cache"));
	spool_tag(v, h);
}

static bool write_file(struct visit *v, const struct table_format *f, struct table_plan *plan,
		       struct err *err)
{
	struct spool s;
	const struct byte_sink to = { spool_write, &s };
	struct hash h;

	if (!spool_open(&s, err))
		return false;
	plan->to = &to;
	if (!f->write(plan, err)) {
		spool_drop(&s);
		return false;
	}
	spool_answer(&s, v, &h);
	describe_file(v, f, &h);
	return true;
}

void data_file(struct visit *v)
{
	const struct model_ctx model = node_model(v->node);
	struct table_plan plan = { .view = v->view,
				   .who = v->who,
				   .lang = v->lang,
				   .languages = model.languages,
				   .language_count = model.language_count };
	const struct table_format *f = read_name(v->parts[0], &plan);
	struct err err;

	if (!f) {
		err_set(&err, ERR_MISSING, NULL,
			N_("There is no table of this name; the page “Open data” lists them."));
		page_error(v, &err);
	} else if (!write_file(v, f, &plan, &err)) {
		page_error(v, &err);
	}
}
