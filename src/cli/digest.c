/* benkan digest: what each person asked to hear by mail. */
#include "exchange/digest.h"
#include "cli/cli.h"
#include "store/local.h"
#include "wire/mail.h"
#include "wire/smtp.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

const char digest_details[] =
	N_("Who gets one, where and how often is said with benkan account mail. A digest tells "
	   "what "
	   "awaits this side, what is late, what comes due and what has changed since the one "
	   "before; "
	   "restricted records are counted, never named. Let it run once a day, while the node "
	   "serves "
	   "or not: nobody gets two on one day, nor one that has nothing to tell, and what "
	   "could not "
	   "be sent is sent the next time.\n"
	   "The mail server stands in DIR/mail.json, which only its owner may read:\n"
	   "\n"
	   "  {\"server\":\"smtp://mail.example:587\",\"from\":\"registre@example.org\","
	   "\"user\":\"registre\",\"password\":\"…\"}\n"
	   "\n"
	   "user and password may be left out, and ca names a file with the certificates that "
	   "vouch "
	   "for the server. TLS is always asked for, except on this machine.");

enum { SETTINGS_MAX = 64 << 10, MESSAGE_MAX = 4 << 20, DAY = 86400, ID_BYTES = 16 };
static const unsigned pauses[] = { 1, 4 }; /* seconds before each further attempt */

struct settings {
	struct smtp_server server;
	struct str from;
	int lock; /* the settings' file, locked: one digest at a time */
};
struct round {
	const struct words *w;
	struct node *n;
	struct view *v;
	struct smtp *smtp; /* NULL: printed, not sent */
	struct str from;
	int64_t now;
	uint64_t sent, silent, refused;
};

/* --- the mail server --- */

static const char *text_of(const struct words *w, const struct json *doc, const char *name)
{
	struct str s = json_str(doc, name);

	return s.n > 0 ? arena_z(w->a, s) : NULL;
}

static bool check_settings(const struct words *w, const struct json *doc, struct settings *s,
			   struct err *err)
{
	static const char *const known[] = { "server", "from", "user", "password", "ca" };

	for (const struct json *m = doc->child; m; m = m->next) {
		size_t i = 0;

		while (i < sizeof(known) / sizeof(*known) && !str_is(m->name, known[i]))
			i++;
		if (i == sizeof(known) / sizeof(*known) || m->type != JSON_STR)
			return err_set(err, ERR_INPUT, "mail.json",
				       N_("“%1” is no setting of a mail server, or no text: it "
					  "takes server, from, user, password, ca."),
				       err_arg(m->name));
	}
	s->server = (struct smtp_server){ .url = text_of(w, doc, "server"),
					  .user = text_of(w, doc, "user"),
					  .password = text_of(w, doc, "password"),
					  .ca = text_of(w, doc, "ca") };
	s->from = json_str(doc, "from");
	if (!s->server.url || !s->server.user != !s->server.password || !mail_address(s->from))
		return err_set(
			err, ERR_INPUT, "mail.json",
			N_("The settings of the mail server need a server and an address "
			   "under from; user and password stand together."));
	return true;
}

static bool open_settings(const struct words *w, const char *path, int *fd, struct err *err)
{
	struct stat st;

	*fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*fd < 0)
		return err_set(err, ERR_MISSING, "mail.json",
			       N_("%1 could not be read: %2. benkan help digest says what it "
				  "holds."),
			       path, strerror(errno));
	(void)w;
	if (fstat(*fd, &st) == 0 && (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return err_set(err, ERR_INPUT, "mail.json",
			       N_("Others on this machine can read %1, which may hold a "
				  "password: chmod 600 %1"),
			       path);
	return flock(*fd, LOCK_EX | LOCK_NB) == 0 ||
	       err_set(err, ERR_CONFLICT, NULL,
		       N_("Another benkan digest is at work on this node."));
}

static bool read_settings(const struct words *w, struct settings *s, struct err *err)
{
	struct str path = arena_join(w->a, str_z(word_of(w, "--node")), S("/mail.json"));
	char *bytes = arena_alloc(w->a, SETTINGS_MAX);
	struct json *doc;
	ssize_t n;

	if (!open_settings(w, arena_z(w->a, path), &s->lock, err))
		return false;
	n = read(s->lock, bytes, SETTINGS_MAX);
	if (n < 0 || n == SETTINGS_MAX ||
	    !json_object(w->a, str_of(bytes, (size_t)n), &doc, err))
		return err_set(err, ERR_INPUT, "mail.json",
			       N_("%1 is not one JSON object of at most %2 bytes."),
			       err_arg(path), err_num(SETTINGS_MAX));
	return check_settings(w, doc, s, err);
}

/* --- one digest --- */

static bool into_buf(void *ctx, struct str bytes, struct err *err)
{
	struct buf *b = ctx;

	(void)err;
	buf_add(b, bytes);
	return true;
}

static struct str id_of(struct round *r, const struct mail_row *row, const struct digest *d)
{
	const struct charter *c = node_charter(r->n);
	struct hash h;
	struct buf b;

	buf_init(&b, 16 << 10);
	buf_add(&b, str_of(c->id.b, HASH_SIZE));
	buf_add(&b, row->account);
	buf_ch(&b, ' ');
	buf_add(&b, row->cut);
	buf_ch(&b, ' ');
	buf_add(&b, d->reached);
	buf_ch(&b, ' ');
	buf_i64(&b, r->now / DAY);
	h = hash_of(buf_str(&b));
	buf_clear(&b);
	buf_hex(&b, h.b, ID_BYTES);
	return arena_buf(r->w->a, &b);
}

static struct str subject_of(struct round *r, const struct digest *d, enum lang lang)
{
	const struct str args[] = { mtext_in(d->report.charter->title, lang, NULL),
				    num_text(r->w->a, d->awaiting), num_text(r->w->a, d->late),
				    num_text(r->w->a, d->due) };
	struct buf b;

	buf_init(&b, 1000);
	lang_fill(&b, T(lang, "%1 – awaiting us: %2, late: %3, soon due: %4"), args, 4);
	return arena_buf(r->w->a, &b);
}

static bool compose(struct round *r, const struct mail_row *row, enum audience counted,
		    struct digest *d, struct err *err)
{
	const struct charter *c = node_charter(r->n);
	const struct charter_ledger *own = charter_find(c, node_ledger(r->n));
	enum lang lang;

	if (!lang_parse(row->lang, &lang))
		lang = LANG_EN;
	*d = (struct digest){ .report = { .v = r->v,
					  .a = r->w->a,
					  .charter = c,
					  .today = (int32_t)(r->now / DAY),
					  .who = AUDIENCE_PUBLIC,
					  .p = arena_new(r->w->a, struct paper) },
			      .counted = counted,
			      .party = node_party(r->n),
			      .site = own ? own->url : S(""),
			      .cut = row->cut };
	paper_begin(d->report.p, r->w->a, &lang, 1);
	return digest_compose(d, err);
}

static bool write_letter(struct round *r, const struct mail_row *row, const struct digest *d,
			 struct buf *out, struct err *err)
{
	const enum lang lang = d->report.p->langs[0];
	struct buf plain, html;
	const struct byte_sink to_plain = { into_buf, &plain }, to_html = { into_buf, &html };
	bool ok;

	buf_init(&plain, MESSAGE_MAX);
	buf_init(&html, MESSAGE_MAX);
	ok = paper_plain_text(d->report.p, &to_plain, err) &&
	     paper_html(d->report.p, &to_html, err);
	if (ok && !r->smtp) {
		buf_add(out, buf_str(&plain));
	} else if (ok) {
		const struct mail m = { .from = r->from,
					.to = row->address,
					.from_name =
						mtext_in(d->report.charter->title, lang, NULL),
					.subject = subject_of(r, d, lang),
					.id = id_of(r, row, d),
					.time = r->now,
					.lang = lang_codes[lang],
					.plain = buf_str(&plain),
					.html = buf_str(&html) };
		mail_write(out, &m);
	}
	buf_done(&plain);
	buf_done(&html);
	return ok;
}

/* What a server does not take now it may take a moment later. */
static bool send_patiently(struct round *r, const struct mail_row *row, struct str message,
			   struct err *err)
{
	for (size_t i = 0;; i++) {
		struct timespec pause = { 0 };

		if (smtp_send(r->smtp, r->from, row->address, message, err))
			return true;
		if (err->kind != ERR_UNREACHABLE || i == sizeof(pauses) / sizeof(*pauses))
			return false;
		pause.tv_sec = pauses[i];
		nanosleep(&pause, NULL);
	}
}

/* The moment the server has taken it, it counts as sent. */
static bool hand_over(struct round *r, struct mail_row *row, const struct digest *d,
		      struct err *err)
{
	struct buf message;
	bool ok;

	buf_init(&message, MESSAGE_MAX);
	ok = write_letter(r, row, d, &message, err);
	if (ok && !r->smtp)
		ok = cli_out(r->w, buf_str(&message)) == EXIT_GOOD ||
		     err_set(err, ERR_UNREACHABLE, NULL,
			     N_("The file could not be written (%1)."), strerror(errno));
	else if (ok)
		ok = send_patiently(r, row, buf_str(&message), err);
	buf_done(&message);
	if (!ok || !r->smtp)
		return ok;
	r->sent++;
	row->sent = r->now;
	row->cut = d->reached;
	return local_mail_put(r->v, row, err);
}

/* Whether it is this person's day. */
static bool is_day(const struct round *r, const struct mail_row *row)
{
	return row->sent == 0 || r->now / DAY - row->sent / DAY >= (int64_t)row->every;
}

/* False stops the round: nobody else can be served either. */
static bool serve_one(struct round *r, struct mail_row *row, struct err *err)
{
	struct account_row account;
	struct digest d;
	enum role role;
	bool ok;

	if (!local_account(r->v, r->w->a, row->account, &account, err))
		return false;
	if (account.disabled || !role_parse(account.role, &role) ||
	    (r->smtp && !is_day(r, row)))
		return true;
	if (!view_begin(r->v, err))
		return false;
	ok = compose(r, row, role_audience(role), &d, err);
	view_end(r->v);
	if (!ok)
		return false;
	if (r->smtp && d.awaiting + d.late + d.due + d.changed == 0) {
		r->silent++;
		return true;
	}
	if (hand_over(r, row, &d, err))
		return true;
	if (err->kind != ERR_DENIED || err->field[0])
		return false;
	r->refused++;
	cli_say(r->w, N_("%1: the mail server refuses the address %2."), row->account,
		row->address);
	return true;
}

static bool serve_all(struct round *r, struct err *err)
{
	const char *only = word_of(r->w, "--account");
	struct mail_row *rows;
	bool found = !only;
	size_t n;

	if (!node_charter(r->n))
		return err_set(err, ERR_MISSING, NULL,
			       N_("This node has no charter yet: benkan adopt takes it in."));
	if (!local_mails(r->v, r->w->a, &rows, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (only && !str_is(rows[i].account, only))
			continue;
		found = true;
		if (!serve_one(r, &rows[i], err))
			return false;
	}
	return found ||
	       err_set(err, ERR_MISSING, "account",
		       N_("The account “%1” has not asked for the digest: benkan account "
			  "mail"),
		       only);
}

static int tell(const struct round *r)
{
	struct buf b;
	struct json_w j = json_w(&b);
	int code = EXIT_GOOD;

	buf_init(&b, 1000);
	json_open(&j, '{');
	json_key(&j, "sent");
	json_put_int(&j, (int64_t)r->sent);
	json_key(&j, "nothing_to_tell");
	json_put_int(&j, (int64_t)r->silent);
	json_key(&j, "refused");
	json_put_int(&j, (int64_t)r->refused);
	json_close(&j, '}');
	buf_ch(&b, '\n');
	if (r->w->json)
		code = cli_out(r->w, buf_str(&b));
	else if (r->smtp)
		cli_say(r->w, N_("Digests sent: %1; with nothing to tell: %2; refused: %3."),
			num_text(r->w->a, r->sent), num_text(r->w->a, r->silent),
			num_text(r->w->a, r->refused));
	buf_done(&b);
	return code == EXIT_GOOD && r->refused > 0 ? EXIT_REFUSED : code;
}

int cmd_digest(const struct words *w)
{
	const bool print = word_given(w, "--print");
	struct settings s = { .lock = -1 };
	struct round r = { .w = w, .now = w->env->now_ms(w->env->ctx) / 1000 };
	struct err err;
	bool ok;
	int code;

	r.n = cli_node(w, STORE_READ, &code);
	if (!r.n)
		return code;
	ok = view_open(node_store(r.n), &r.v, &err);
	if (ok) {
		ok = print ||
		     (read_settings(w, &s, &err) && smtp_open(&s.server, &r.smtp, &err));
		r.from = s.from;
		ok = ok && serve_all(&r, &err);
		view_close(r.v);
	}
	smtp_close(r.smtp);
	if (s.lock >= 0)
		close(s.lock);
	node_close(r.n);
	code = ok || r.sent + r.refused > 0 ? tell(&r) : EXIT_GOOD;
	return ok ? code : cli_fail(w, &err);
}
