#include "register/account.h"

#include "register/draft.h"
#include "register/password.h"

const char *const role_names[5] = { "none", "reader", "clerk", "secretary", "admin" };

enum { ACCOUNT_ARENA = 4 << 20 };

bool role_parse(struct str s, enum role *out)
{
	for (int i = 0; i < 5; i++)
		if (str_is(s, role_names[i])) {
			*out = (enum role)i;
			return true;
		}
	return false;
}

enum audience role_audience(enum role r)
{
	return r == ROLE_NONE ? AUDIENCE_PUBLIC : AUDIENCE_NATIONAL;
}

static bool name_valid(struct str s)
{
	if (s.n == 0 || s.n > ACCOUNT_NAME_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (!plain && (i == 0 || !(c == '.' || c == '_' || c == '-' || c == '@')))
			return false;
	}
	return true;
}

static bool actor_valid(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20)
			return false;
	return s.n > 0 && s.n <= ACTOR_MAX && str_utf8(s);
}

static bool name_check(struct str name, struct err *err)
{
	return name_valid(name) || err_set(err, ERR_INPUT, "name",
					   N_("“%1” cannot be the name of an account. Use 1 to "
					      "64 lower-case letters, digits "
					      "and . _ - @, beginning with a letter or digit."),
					   err_arg(name));
}

static bool role_check(enum role role, struct err *err)
{
	return role != ROLE_NONE ||
	       err_set(err, ERR_INPUT, "role",
		       N_("An account needs a role: reader, clerk, secretary or admin."));
}

/* --- changes: read the row, change it, put it back --- */

static bool set_password(struct node *n, struct account_row *row, struct arena *a,
			 const void *to, struct err *err)
{
	row->failures = 0;
	row->locked_until = 0;
	return password_hash(n, a, row->name, *(const struct str *)to, &row->password, err);
}

/* The label follows the role as long as nobody has set another. */
static bool set_role(struct node *n, struct account_row *row, struct arena *a, const void *to,
		     struct err *err)
{
	enum role role = *(const enum role *)to;

	(void)n, (void)a;
	if (!role_check(role, err))
		return false;
	if (str_eq(row->actor, row->role))
		row->actor = str_z(role_names[role]);
	row->role = str_z(role_names[role]);
	return true;
}

static bool set_actor(struct node *n, struct account_row *row, struct arena *a, const void *to,
		      struct err *err)
{
	(void)n, (void)a;
	row->actor = *(const struct str *)to;
	return actor_valid(row->actor) || err_set(err, ERR_INPUT, "actor",
						  N_("The label of who writes has 1 to %1 "
						     "bytes on one line, for example sec-2. It "
						     "names an office, never a person."),
						  err_num(ACTOR_MAX));
}

static bool set_disabled(struct node *n, struct account_row *row, struct arena *a,
			 const void *to, struct err *err)
{
	(void)n, (void)a, (void)err;
	row->disabled = *(const bool *)to;
	return true;
}

static bool find(struct view *v, struct arena *a, struct str name, struct account_row *row,
		 struct err *err)
{
	if (local_account(v, a, name, row, err))
		return true;
	return err->kind == ERR_MISSING &&
	       err_set(err, ERR_MISSING, "name", N_("There is no account “%1”."),
		       err_arg(name));
}

struct change {
	bool (*set)(struct node *n, struct account_row *row, struct arena *a, const void *to,
		    struct err *err);
	const void *to;
};

static bool change(struct node *n, struct view *v, struct str name, struct change c,
		   struct err *err)
{
	struct account_row row;
	struct arena a;
	bool ok;

	arena_init(&a, ACCOUNT_ARENA);
	ok = find(v, &a, name, &row, err) && c.set(n, &row, &a, c.to, err) &&
	     local_account_put(v, &row, err);
	arena_done(&a);
	return ok;
}

bool account_password(struct node *n, struct view *v, struct str name, struct str password,
		      struct err *err)
{
	return change(n, v, name, (struct change){ set_password, &password }, err);
}

bool account_role(struct node *n, struct view *v, struct str name, enum role role,
		  struct err *err)
{
	return change(n, v, name, (struct change){ set_role, &role }, err);
}

bool account_actor(struct node *n, struct view *v, struct str name, struct str actor,
		   struct err *err)
{
	return change(n, v, name, (struct change){ set_actor, &actor }, err);
}

bool account_disable(struct node *n, struct view *v, struct str name, bool disabled,
		     struct err *err)
{
	return change(n, v, name, (struct change){ set_disabled, &disabled }, err);
}

static bool add_in(struct node *n, struct view *v, struct arena *a, struct account_row *row,
		   struct str password, struct err *err)
{
	struct account_row there;

	if (local_account(v, a, row->name, &there, err))
		return err_set(err, ERR_CONFLICT, "name",
			       N_("There is an account “%1” already."), err_arg(row->name));
	return err->kind == ERR_MISSING &&
	       password_hash(n, a, row->name, password, &row->password, err) &&
	       local_account_put(v, row, err);
}

bool account_add(struct node *n, struct view *v, struct str name, enum role role,
		 struct str password, struct err *err)
{
	struct account_row row = {
		.name = name,
		.role = str_z(role_names[role]),
		.actor = str_z(role_names[role]),
		.created = node_now(n),
	};
	struct arena a;
	bool ok;

	if (!name_check(name, err) || !role_check(role, err))
		return false;
	arena_init(&a, ACCOUNT_ARENA);
	ok = add_in(n, v, &a, &row, password, err);
	arena_done(&a);
	return ok;
}
