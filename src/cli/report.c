/* benkan report: the papers of a commission. */
#include "exchange/report.h"
#include "cli/cli.h"
#include "cli/file_out.h"

const char report_details[] = N_(
	"KIND is what the paper is: execution, how far each decision of a session has been "
	"carried out; without ID it is the last session that was held. session: the dossier of "
	"a "
	"session, the next one without ID. protocol: what a session decided, to be signed, the "
	"last one held without ID. project: the sheet of the project ID. reconciliation: the "
	"statement that closed a period, the last one without ID; with --period, what the "
	"reconciliation desk says of that period. ID is a record's "
	"PARTY/ID, or the ID alone of a joint one.\n"
	"--lang takes one language, or two with a comma between them: then both stand facing, "
	"the first on the left.\n"
	"What is late is so by today's date in UTC, which the paper bears.\n"
	"\n"
	"  benkan report --node DIR execution --lang fr,ru --format pdf -o execution.pdf");

struct asked {
	const struct report_kind *kind;
	const struct paper_format *format;
	enum lang langs[PAPER_LANGS];
	size_t lang_count;
};

static bool read_langs(const struct words *w, struct asked *q, struct err *err)
{
	const char *given = word_of(w, "--lang");
	struct str rest = str_z(given), one;

	q->langs[0] = w->lang;
	q->lang_count = 1;
	for (size_t n = 0; given && str_split(&rest, ',', &one); n++) {
		if (n == PAPER_LANGS || !lang_parse(one, &q->langs[n]) ||
		    (n > 0 && q->langs[n] == q->langs[0]))
			return err_set(err, ERR_USAGE, NULL,
				       N_("--lang %1: write one language of fr, ru, en, or two "
					  "with a comma between them."),
				       given);
		q->lang_count = n + 1;
	}
	return true;
}

static bool read_asked(const struct words *w, struct asked *q, struct err *err)
{
	q->kind = report_named(str_z(w->args[0]));
	q->format = paper_format_named(str_z(word_of(w, "--format")));
	if (!q->kind)
		return err_set(
			err, ERR_USAGE, NULL,
			N_("%1 is no paper that is written here; benkan help report lists "
			   "them."),
			w->args[0]);
	if (!q->format)
		return err_set(err, ERR_USAGE, NULL,
			       N_("--format %1 is not known; benkan help report lists them."),
			       word_of(w, "--format"));
	return read_langs(w, q, err);
}

static bool write_paper(const struct words *w, const struct asked *q, const struct paper *p,
			struct err *err)
{
	struct file_out f;

	return file_open(w, &f, err) && file_close(&f, q->format->write(p, &f.to, err), err);
}

/* One moment of the node, composed, then written. */
static bool make(const struct words *w, const struct asked *q, struct node *n, struct err *err)
{
	struct paper p;
	struct report r = { .a = w->a,
			    .charter = node_charter(n),
			    .today = node_model(n).today,
			    .p = &p,
			    .id = str_z(w->arg_count > 1 ? w->args[1] : NULL),
			    .period = str_z(word_of(w, "--period")) };
	bool ok;

	if (!file_audience(w, &r.who, err))
		return false;
	if (!r.charter)
		return err_set(err, ERR_MISSING, NULL,
			       N_("This node has no charter yet: benkan adopt takes it in."));
	if (!cli_view(n, &r.v, err))
		return false;
	paper_begin(&p, w->a, q->langs, q->lang_count);
	ok = report_compose(&r, q->kind, err) && write_paper(w, q, &p, err);
	cli_view_end(r.v);
	return ok;
}

int cmd_report(const struct words *w)
{
	struct asked q;
	struct node *n;
	struct err err;
	int code;
	bool ok;

	if (!read_asked(w, &q, &err))
		return cli_fail(w, &err);
	n = cli_node(w, STORE_READ, &code);
	if (!n)
		return code;
	ok = make(w, &q, n, &err);
	node_close(n);
	return ok ? EXIT_GOOD : cli_fail(w, &err);
}
