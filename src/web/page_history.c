#include "web/pages.h"

/* One more is read, which the last one shown may have replaced. */
enum { VERSIONS_SHOWN = 25 };

static struct json *version_data(struct visit *v, const struct version *x)
{
	struct record_row row = { .data = x->data };

	return row_data(v, &row);
}

/* "Entry 41 of ledger ml", as a link to that entry. */
void page_entry_link(struct visit *v, struct str ledger, uint64_t n)
{
	html_lit(&v->out, "<a class=nb href=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/entry/");
	html_text(&v->out, ledger);
	html_lit(&v->out, "/");
	html_num(&v->out, n);
	html_lit(&v->out, "\">");
	page_fill(v, "entry %1 of ledger %2", number_of(v, n), ledger);
	html_lit(&v->out, "</a>");
}

static void version_marks(struct visit *v, const struct version *x)
{
	if (x->state.n > 0) {
		html_lit(&v->out, " ");
		page_state(v, x->state);
	}
	if (x->ended) {
		html_lit(&v->out, " <span class=b>");
		page_say(v, "ended");
		html_lit(&v->out, "</span>");
	}
	if (x->stale) {
		html_lit(&v->out, " <span class=\"b differs\">");
		page_say(v, "written without knowing the version before it");
		html_lit(&v->out, "</span>");
	}
}

static void version_head(struct visit *v, const struct version *x, size_t number)
{
	html_lit(&v->out, "<h2>");
	page_fill(v, "Version %1", number_of(v, number));
	version_marks(v, x);
	html_lit(&v->out, "</h2>\n<p class=soft>");
	page_instant(v, x->time);
	html_lit(&v->out, " · ");
	html_text(&v->out, party_name(v, x->ledger));
	if (x->actor.n > 0) {
		html_lit(&v->out, ", ");
		html_text(&v->out, x->actor);
	}
	html_lit(&v->out, " · ");
	page_entry_link(v, x->ledger, x->n);
	html_lit(&v->out, " · ");
	page_hash(v, x->leaf.b, HASH_SIZE, 12);
	html_lit(&v->out, "</p>\n");
}

/* The version that `x` replaced: the one it names, or else the next older. */
static const struct version *older(const struct version *x, const struct version *all, size_t n)
{
	for (const struct version *y = x + 1; y < all + n; y++)
		if (!y->ended && (!x->has_prev || x->state.n > 0 || y->n == x->prev))
			return y;
	return NULL;
}

static void one_version(struct visit *v, const struct record *r,
			const struct history_result *found, size_t i, uint64_t number)
{
	const struct version *x = &found->versions[i];
	const struct version *before = older(x, found->versions, found->n);

	html_lit(&v->out, "<section>");
	version_head(v, x, number);
	if (x->reason.n > 0) {
		html_lit(&v->out, "<p class=text>");
		html_text(&v->out, x->reason);
		html_lit(&v->out, "</p>\n");
	}
	if (x->sealed && x->data.n == 0) {
		html_lit(&v->out, "<p class=soft>");
		page_say(v, "Its text is sealed; only its fingerprint is public.");
		html_lit(&v->out, "</p>\n");
	} else if (!x->ended && before) {
		page_changes(v, r, version_data(v, before), version_data(v, x));
	} else if (!x->ended) {
		html_lit(&v->out, "<details><summary>");
		html_text(&v->out, number == 1 ? T(v->lang, "The first version, whole")
					       : T(v->lang, "This version, whole"));
		html_lit(&v->out, "</summary>\n");
		page_fields(v, r, version_data(v, x));
		html_lit(&v->out, "</details>\n");
	}
	html_lit(&v->out, "</section>\n");
}

static void older_link(struct visit *v, uint64_t from)
{
	html_lit(&v->out, "<nav class=bar><a class=button rel=next href=\"?from=");
	html_num(&v->out, from);
	html_lit(&v->out, "\">");
	page_say(v, "Older versions");
	html_lit(&v->out, "</a></nav>\n");
}

bool visit_record(struct visit *v, const struct record **r, struct ref *ref,
		  struct record_row *row)
{
	struct err err;

	*r = record_named(v->parts[1]);
	*ref = (struct ref){ v->parts[2], v->parts[3] };
	if (!*r || (*r)->part) {
		err_set(&err, ERR_MISSING, NULL, N_("There is no page at this address."));
		page_error(v, &err);
		return false;
	}
	if (view_record(v->view, v->a, *r, *ref, v->who, v->lang, row, &err))
		return true;
	page_error(v, &err);
	return false;
}

void page_history(struct visit *v)
{
	const struct record *r;
	struct history_query q = { .who = v->who, .limit = VERSIONS_SHOWN + 1 };
	struct history_result found;
	struct record_row row;
	uint64_t from;
	struct err err;
	size_t shown;

	if (!visit_record(v, &r, &q.ref, &row))
		return;
	q.record = r;
	if (str_u64(http_param(v->q, "from"), INT32_MAX, &from))
		q.offset = from;
	if (!view_history(v->view, v->a, &q, &found, &err)) {
		page_error(v, &err);
		return;
	}
	shown = found.n > VERSIONS_SHOWN ? VERSIONS_SHOWN : found.n;
	page_begin(v, arena_join(v->a, T(v->lang, "History"),
				 arena_join(v->a, S(" · "), row.label)));
	html_lit(&v->out, "<p class=kind>");
	page_say(v, "History");
	html_lit(&v->out, "</p><h1>");
	page_link(v, &row);
	html_lit(&v->out, "</h1>\n<p>");
	page_say(v, "Every version stays. Newest first; what was taken out is struck through, "
		    "what came in is underlined.");
	html_lit(&v->out, "</p>\n");
	for (size_t i = 0; i < shown; i++)
		one_version(v, r, &found, i, found.total - q.offset - i);
	if (shown > 0 && q.offset + shown < found.total)
		older_link(v, q.offset + shown);
	page_end(v);
}
