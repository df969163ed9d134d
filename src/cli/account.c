#include "cli/cli.h"
#include "store/local.h"
#include "wire/mail.h"

#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

const char account_add_details[] =
	N_("ROLE is reader, clerk (who writes), secretary (who also accepts acts) or admin "
	   "(who also keeps "
	   "accounts). The password is read from standard input. Accounts stay at this node; "
	   "they never enter "
	   "a ledger.");

const char account_mail_details[] = N_(
	"The digest is written in the language of --lang. benkan digest sends it; the address "
	"stays at this node.");

enum { ANSWER_MAX = 64 << 10 };

/* --- asking for a password --- */

/* A line of standard input without its end, not shown while it is typed; NULL at the end of
 * input. */
static const char *read_secret(const struct words *w, const char *prompt)
{
	struct termios shown, hidden;
	bool terminal = isatty(0) && tcgetattr(0, &shown) == 0;
	char *line = arena_alloc(w->a, PASSWORD_MAX + 3);
	char *got;

	if (terminal) {
		hidden = shown;
		hidden.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(0, TCSAFLUSH, &hidden);
		fprintf(stderr, "%.*s ", STR(lang_text(w->lang, prompt)));
	}
	got = fgets(line, PASSWORD_MAX + 3, stdin);
	if (terminal) {
		tcsetattr(0, TCSAFLUSH, &shown);
		fputc('\n', stderr);
	}
	if (got)
		line[strcspn(line, "\r\n")] = '\0';
	return got;
}

static bool ask_password(const struct words *w, struct str *out, struct err *err)
{
	const char *first = read_secret(w, N_("Password:")), *again;

	if (!first)
		return err_set(err, ERR_INPUT, "password",
			       N_("A password is expected on standard input, on one line."));
	*out = str_z(first);
	if (!isatty(0))
		return true;
	again = read_secret(w, N_("Once more:"));
	return (again && strcmp(first, again) == 0) ||
	       err_set(err, ERR_INPUT, "password", N_("The two passwords differ."));
}

/* --- one change each; the node may be serving meanwhile --- */

struct clerk {
	const struct words *w;
	struct node *n;
	struct view *v;
	struct str name; /* the account, the first argument */
};
typedef bool change_fn(const struct clerk *c, struct err *err);

/* Who did what at this node by hand is kept. */
static bool log_change(const struct clerk *c, struct err *err)
{
	struct arena *a = c->w->a;
	struct str what =
		arena_join(a, arena_join(a, str_z(c->w->command->name), S(" ")), c->name);
	const struct node_env *env = c->w->env;

	if (c->w->arg_count > 1)
		what = arena_join(a, arena_join(a, what, S(" ")), str_z(c->w->args[1]));
	return local_log(c->v, env->now_ms(env->ctx) / 1000, S("cli"), what, err);
}

static int with_account(const struct words *w, change_fn *change)
{
	struct clerk c = { .w = w, .name = str_z(w->arg_count ? w->args[0] : "") };
	struct err err;
	bool ok;
	int code;

	c.n = cli_node(w, STORE_READ, &code);
	if (!c.n)
		return code;
	ok = view_open(node_store(c.n), &c.v, &err);
	if (ok) {
		ok = change(&c, &err) && log_change(&c, &err);
		view_close(c.v);
	}
	node_close(c.n);
	return ok ? EXIT_GOOD : cli_fail(w, &err);
}

static bool read_role(const char *text, enum role *out, struct err *err)
{
	return (role_parse(str_z(text), out) && *out != ROLE_NONE) ||
	       err_set(err, ERR_USAGE, "role",
		       N_("“%1” is not a role: write reader, clerk, secretary or admin."),
		       text);
}

static bool set_actor(const struct clerk *c, struct err *err)
{
	const char *actor = word_of(c->w, "--actor");

	return !actor || account_actor(c->n, c->v, c->name, str_z(actor), err);
}

static bool add(const struct clerk *c, struct err *err)
{
	struct str password = { 0 };
	enum role role;

	return read_role(c->w->args[1], &role, err) && ask_password(c->w, &password, err) &&
	       account_add(c->n, c->v, c->name, role, password, err) && set_actor(c, err);
}

static bool give_role(const struct clerk *c, struct err *err)
{
	enum role role;

	return read_role(c->w->args[1], &role, err) &&
	       account_role(c->n, c->v, c->name, role, err) && set_actor(c, err);
}

static bool give_password(const struct clerk *c, struct err *err)
{
	struct str password = { 0 };

	return ask_password(c->w, &password, err) &&
	       account_password(c->n, c->v, c->name, password, err);
}

static bool give_token(const struct clerk *c, struct err *err)
{
	struct buf token;
	bool ok;

	buf_init(&token, ANSWER_MAX);
	ok = account_token(c->n, c->v, c->name, str_z(c->w->args[1]), &token, err);
	if (ok && c->w->json)
		printf("{\"token\":\"%.*s\"}\n", STR(buf_str(&token)));
	else if (ok)
		printf("%.*s\n", STR(buf_str(&token)));
	buf_done(&token);
	return ok;
}

static bool disable(const struct clerk *c, struct err *err)
{
	return account_disable(c->n, c->v, c->name, !word_given(c->w, "--enable"), err);
}

/* A new address begins nothing anew. */
static bool keep_cut(const struct clerk *c, struct mail_row *row, struct err *err)
{
	struct mail_row *rows;
	size_t n;

	if (!local_mails(c->v, c->w->a, &rows, &n, err))
		return false;
	for (size_t i = 0; i < n; i++)
		if (str_eq(rows[i].account, row->account)) {
			row->sent = rows[i].sent;
			row->cut = rows[i].cut;
		}
	return true;
}

static bool set_mail(const struct clerk *c, struct err *err)
{
	const char *days = word_of(c->w, "--every");
	struct str address = str_z(c->w->arg_count > 1 ? c->w->args[1] : "");
	struct mail_row row = { .account = c->name,
				.address = address,
				.lang = str_z(lang_codes[c->w->lang]),
				.every = 1 };
	struct account_row account;
	uint64_t every = 1;

	if (!local_account(c->v, c->w->a, c->name, &account, err))
		return false;
	if (word_given(c->w, "--end"))
		return local_mail_end(c->v, c->name, err);
	if (!mail_address(address))
		return err_set(err, ERR_INPUT, "address",
			       N_("“%1” is no mail address: write name@domain."),
			       err_arg(address));
	if (days && (!str_u64(str_z(days), 31, &every) || every == 0))
		return err_set(err, ERR_USAGE, "every",
			       N_("--every %1: write a number of days from 1 to 31."), days);
	row.every = (unsigned)every;
	return keep_cut(c, &row, err) && local_mail_put(c->v, &row, err);
}

int cmd_account_mail(const struct words *w)
{
	return with_account(w, set_mail);
}

int cmd_account_add(const struct words *w)
{
	return with_account(w, add);
}

int cmd_account_role(const struct words *w)
{
	return with_account(w, give_role);
}

int cmd_account_password(const struct words *w)
{
	return with_account(w, give_password);
}

int cmd_account_token(const struct words *w)
{
	return with_account(w, give_token);
}

int cmd_account_disable(const struct words *w)
{
	return with_account(w, disable);
}

/* --- the list --- */

static void put_account(struct buf *b, struct json_w *j, const struct account_row *r, bool json)
{
	char seen[TIME_TEXT];
	struct str last = r->last_seen ? str_z(time_text(seen, r->last_seen)) : S("-");

	if (!json) {
		buf_add(b, r->name);
		buf_ch(b, '\t');
		buf_add(b, r->role);
		buf_ch(b, '\t');
		buf_add(b, r->actor);
		buf_ch(b, '\t');
		buf_add(b, last);
		buf_z(b, r->disabled ? "\tdisabled\n" : "\n");
		return;
	}
	json_open(j, '{');
	json_pair(j, "name", r->name);
	json_pair(j, "role", r->role);
	json_pair(j, "actor", r->actor);
	json_key(j, "disabled");
	json_put_bool(j, r->disabled);
	if (r->last_seen)
		json_pair(j, "last_seen", last);
	json_close(j, '}');
}

static bool list(const struct words *w, struct view *v, struct buf *b, struct err *err)
{
	struct json_w j = json_w(b);
	struct account_row *rows;
	size_t n;

	if (!local_accounts(v, w->a, &rows, &n, err))
		return false;
	if (w->json)
		json_open(&j, '[');
	for (size_t i = 0; i < n; i++)
		put_account(b, &j, &rows[i], w->json);
	if (w->json) {
		json_close(&j, ']');
		buf_ch(b, '\n');
	}
	return true;
}

int cmd_account_list(const struct words *w)
{
	struct node *n;
	struct view *v;
	struct buf b;
	struct err err;
	int code;

	n = cli_node(w, STORE_READ, &code);
	if (!n)
		return code;
	buf_init(&b, 16 << 20);
	if (!cli_view(n, &v, &err)) {
		code = cli_fail(w, &err);
	} else {
		code = list(w, v, &b, &err) ? cli_out(w, buf_str(&b)) : cli_fail(w, &err);
		cli_view_end(v);
	}
	buf_done(&b);
	node_close(n);
	return code;
}
