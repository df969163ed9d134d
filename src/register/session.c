#include "register/account.h"
#include "register/node.h"
#include "register/password.h"

#include <sodium.h>

enum { SECRET_SIZE = 32, SESSION_ARENA = 1 << 20, MARK_BYTES = 8 };

/* `b` gets 64 hex digits of chance. */
static void make_secret(const struct node *n, struct buf *b)
{
	unsigned char secret[SECRET_SIZE];

	n->env->random(n->env->ctx, secret, sizeof(secret));
	buf_hex(b, secret, sizeof(secret));
	sodium_memzero(secret, sizeof(secret));
}

/*
 * Stands in the title of a browser session: a session made under another password is
 * nobody's, so that a new password ends them all.
 */
static struct str password_mark(struct arena *a, struct str password)
{
	struct hash h = hash_of(password);
	struct buf b;

	buf_init(&b, 2 * MARK_BYTES);
	buf_hex(&b, h.b, MARK_BYTES);
	return arena_buf(a, &b);
}

static bool refuse(struct err *err)
{
	return err_set(err, ERR_DENIED, "password",
		       N_("The name or the password is wrong, or the account is closed. After "
			  "%1 wrong "
			  "passwords an account stays closed for %2 minutes."),
		       err_num(SIGN_IN_TRIES), err_num(SIGN_IN_PAUSE / 60));
}

struct attempt {
	struct view *v;
	struct arena *a;
	struct str name, password;
	int64_t now;
};

static bool is_open(const struct account_row *row, int64_t now)
{
	return !row->disabled && row->locked_until <= now;
}

static void count_failure(struct account_row *row, int64_t now)
{
	if (++row->failures >= SIGN_IN_TRIES) {
		row->failures = 0;
		row->locked_until = now + SIGN_IN_PAUSE;
	}
}

static void count_success(struct account_row *row, int64_t now)
{
	row->failures = 0;
	row->locked_until = 0;
	row->last_seen = now;
}

/*
 * Under node->sign_in, so that tries side by side are all counted.  The row is read anew
 * after the slow part: what an administrator changed meanwhile stands.
 */
static bool check_password(const struct attempt *t, struct account_row *row, struct err *err)
{
	bool known = local_account(t->v, t->a, t->name, row, err), open, fits;

	if (!known && err->kind != ERR_MISSING)
		return false;
	open = known && is_open(row, t->now);
	fits = password_fits(open ? row->password : (struct str){ 0 }, t->password);
	if (!open)
		return refuse(err);
	if (!local_account(t->v, t->a, t->name, row, err))
		return false;
	fits = fits && is_open(row, t->now);
	if (fits)
		count_success(row, t->now);
	else
		count_failure(row, t->now);
	return local_account_put(t->v, row, err) && (fits || refuse(err));
}

static bool put_session(struct node *n, struct view *v, struct arena *a,
			const struct account_row *row, struct buf *cookie, struct err *err)
{
	struct session_row session = {
		.account = row->name,
		.title = password_mark(a, row->password),
		.created = node_now(n),
		.expires = node_now(n) + SESSION_SECONDS,
	};
	struct buf csrf;

	buf_init(&csrf, 2 * SECRET_SIZE);
	make_secret(n, &csrf);
	session.csrf = arena_buf(a, &csrf);
	buf_clear(cookie);
	make_secret(n, cookie);
	session.token = hash_of(buf_str(cookie));
	return local_session_put(v, &session, err);
}

bool sign_in(struct node *n, struct view *v, struct arena *a, struct str name,
	     struct str password, struct buf *cookie, struct err *err)
{
	struct attempt t = { v, a, name, password, node_now(n) };
	struct account_row row;
	bool ok;

	pthread_mutex_lock(&n->sign_in);
	ok = check_password(&t, &row, err);
	pthread_mutex_unlock(&n->sign_in);
	return ok && local_sessions_expire(v, t.now, err) &&
	       put_session(n, v, a, &row, cookie, err);
}

void person_of(struct node *n, struct view *v, struct arena *a, struct str token, bool bearer,
	       struct person *out)
{
	struct hash h = hash_of(token);
	struct session_row session;
	struct account_row row;
	struct err ignored;
	enum role role;

	*out = (struct person){ .role = ROLE_NONE };
	if (token.n != 2 * SECRET_SIZE || !local_session(v, a, &h, &session, &ignored) ||
	    session.bearer != bearer || session.expires <= node_now(n) ||
	    !local_account(v, a, session.account, &row, &ignored) || row.disabled ||
	    !role_parse(row.role, &role))
		return;
	if (!bearer && !str_eq(session.title, password_mark(a, row.password)))
		return;
	*out = (struct person){
		.account = row.name,
		.actor = row.actor,
		.role = role,
		.csrf = session.csrf,
		.bearer = bearer,
	};
}

bool sign_out(struct node *n, struct view *v, struct str token, struct err *err)
{
	struct hash h = hash_of(token);

	(void)n;
	return local_session_end(v, &h, err);
}

bool account_token(struct node *n, struct view *v, struct str name, struct str title,
		   struct buf *token, struct err *err)
{
	struct session_row session = {
		.account = name,
		.title = title,
		.bearer = true,
		.created = node_now(n),
		.expires = node_now(n) + TOKEN_SECONDS,
	};
	struct account_row row;
	struct arena a;
	bool known;

	if (title.n == 0 || title.n > 200 || !str_utf8(title))
		return err_set(err, ERR_INPUT, "title",
			       N_("Say in 1 to 200 bytes what the token is for."));
	arena_init(&a, SESSION_ARENA);
	known = local_account(v, &a, name, &row, err);
	arena_done(&a);
	if (!known)
		return err->kind == ERR_MISSING &&
		       err_set(err, ERR_MISSING, "name", N_("There is no account “%1”."),
			       err_arg(name));
	buf_clear(token);
	make_secret(n, token);
	session.token = hash_of(buf_str(token));
	return local_session_put(v, &session, err);
}
