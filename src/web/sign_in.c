#include "web/server.h"
#include "wire/form.h"

/* --- a form that goes along --- */

/* The fields of the form just sent, without its token, as they would stand in an address. */
static struct str carried(struct visit *v)
{
	struct buf b;

	buf_init(&b, PAGE_MAX);
	for (size_t i = 0; i < v->q->form_count; i++) {
		if (str_is(v->q->form[i].name, "csrf"))
			continue;
		if (b.n > 0)
			buf_ch(&b, '&');
		url_part(&b, v->q->form[i].name);
		buf_ch(&b, '=');
		url_part(&b, v->q->form[i].value);
	}
	return b.full ? S("") : arena_buf(v->a, &b);
}

static void hidden(struct visit *v, struct str name, struct str value)
{
	html_lit(&v->out, "<input type=hidden");
	html_attr(&v->out, "name", name);
	html_attr(&v->out, "value", value);
	html_lit(&v->out, ">");
}

static void heading(struct visit *v, struct str text)
{
	page_begin(v, text);
	html_lit(&v->out, "<h1>");
	html_text(&v->out, text);
	html_lit(&v->out, "</h1>\n");
}

/* The form as it was typed, for sending again; it takes a click, so that nothing is done
 * unasked. */
static void offer_again(struct visit *v, struct str to, struct str carry)
{
	struct form form;

	if (!form_urlencoded(v->a, carry, &form))
		form.count = 0;
	heading(v, T(v->lang, "Nothing is lost"));
	html_lit(&v->out, "<p>");
	page_say(v, "What you typed is here and has not been handed in yet. Send it again to "
		    "go on; "
		    "a file has to be chosen again.");
	html_lit(&v->out, "</p><form method=post");
	html_attr(&v->out, "action", to);
	html_lit(&v->out, ">");
	hidden(v, S("csrf"), v->person.csrf);
	for (size_t i = 0; i < form.count; i++)
		hidden(v, form.pairs[i].name, form.pairs[i].value);
	html_lit(&v->out, "<button class=main>");
	page_say(v, "Send again");
	html_lit(&v->out, "</button></form>\n");
	page_end(v);
}

/* --- signing in --- */

struct sign_in_form {
	struct str name, back, carry, wrong; /* wrong: what to say about the last try */
};

static void labelled(struct visit *v, struct str label, const char *name, const char *type,
		     const char *autocomplete, struct str value)
{
	html_lit(&v->out, "<div class=field><label");
	html_attr(&v->out, "for", str_z(name));
	html_lit(&v->out, ">");
	html_text(&v->out, label);
	html_lit(&v->out, "</label><input required");
	html_attr(&v->out, "id", str_z(name));
	html_attr(&v->out, "name", str_z(name));
	html_attr(&v->out, "type", str_z(type));
	html_attr(&v->out, "autocomplete", str_z(autocomplete));
	html_attr(&v->out, "value", value);
	html_lit(&v->out, "></div>\n");
}

static void sign_in_form(struct visit *v, const struct sign_in_form *f)
{
	heading(v, T(v->lang, "Sign in"));
	if (f->wrong.n > 0) {
		html_lit(&v->out, "<p class=err role=alert>");
		html_text(&v->out, f->wrong);
		html_lit(&v->out, "</p>");
	}
	if (f->carry.n > 0) {
		html_lit(&v->out, "<p>");
		page_say(v, "Your session has ended. What you typed goes along and is there "
			    "again once you have signed in.");
		html_lit(&v->out, "</p>");
	}
	html_lit(&v->out, "<form method=post action=\"/");
	html_text(&v->out, str_z(lang_codes[v->lang]));
	html_lit(&v->out, "/sign-in\">");
	hidden(v, S("return"), f->back);
	if (f->carry.n > 0)
		hidden(v, S("carry"), f->carry);
	labelled(v, T(v->lang, "Account"), "name", "text", "username", f->name);
	labelled(v, T(v->lang, "Password"), "password", "password", "current-password", S(""));
	html_lit(&v->out, "<button class=main>");
	page_say(v, "Sign in");
	html_lit(&v->out, "</button></form>\n");
	page_end(v);
}

/* Where to go afterwards: an address of this site, else the first page. */
static struct str way_back(const struct visit *v, struct str wanted)
{
	struct str first = arena_join(v->a, S("/"), str_z(lang_codes[v->lang]));

	return local_address(wanted) ? wanted : arena_join(v->a, first, S("/"));
}

void sign_in_page(struct visit *v)
{
	struct sign_in_form f = { .back = way_back(v, http_param(v->q, "return")) };

	if (v->person.role != ROLE_NONE)
		http_redirect(v->a, v->r, 303, f.back);
	else
		sign_in_form(v, &f);
}

void sign_in_carrying(struct visit *v)
{
	struct sign_in_form f = { .back = v->q->target, .carry = carried(v) };

	if (v->person.role != ROLE_NONE) {
		v->r->status = 409;
		offer_again(v, f.back, f.carry);
		return;
	}
	v->r->status = 401;
	http_set(v->a, v->r, "WWW-Authenticate", S("Bearer"));
	sign_in_form(v, &f);
}

static void refuse_sign_in(struct visit *v, struct sign_in_form *f, const struct err *err)
{
	struct buf b;

	buf_init(&b, 4096);
	lang_err(&b, v->lang, err);
	f->wrong = arena_buf(v->a, &b);
	v->r->status = web_status(err->kind);
	sign_in_form(v, f);
}

/*
 * A flood of sign-ins, each slow on purpose and one at a time, must leave workers for
 * everybody else: at most half of them wait for one.
 */
static bool try_sign_in(struct visit *v, struct buf *cookie, struct err *err)
{
	unsigned most = (v->web->workers + 1) / 2;
	bool ok;

	if (atomic_fetch_add(&v->web->signing_in, 1) >= most) {
		atomic_fetch_sub(&v->web->signing_in, 1);
		http_set(v->a, v->r, "Retry-After", S("5"));
		return err_set(err, ERR_UNREACHABLE, NULL,
			       N_("Too many people are signing in at this moment. Try again in "
				  "a few seconds."));
	}
	ok = sign_in(v->node, v->view, v->a, str_trim(http_field(v->q, "name")),
		     http_field(v->q, "password"), cookie, err);
	atomic_fetch_sub(&v->web->signing_in, 1);
	return ok;
}

/* The session just begun makes this request's person: the page that follows bears its token. */
static void become(struct visit *v, struct str cookie)
{
	set_cookie(v, cookie, SESSION_SECONDS);
	person_of(v->node, v->view, v->a, cookie, false, &v->person);
	v->who = role_audience(v->person.role);
	guard_mask(v);
}

void sign_in_post(struct visit *v)
{
	struct sign_in_form f = { .name = http_field(v->q, "name"),
				  .back = way_back(v, http_field(v->q, "return")),
				  .carry = http_field(v->q, "carry") };
	struct buf cookie;
	struct err err;

	buf_init(&cookie, 200);
	if (!try_sign_in(v, &cookie, &err)) {
		refuse_sign_in(v, &f, &err);
	} else {
		become(v, buf_str(&cookie));
		if (f.carry.n > 0)
			offer_again(v, f.back, f.carry);
		else
			http_redirect(v->a, v->r, 303, f.back);
	}
	buf_done(&cookie);
}

void sign_out_post(struct visit *v)
{
	struct str token = http_cookie(v->q, cookie_name(is_secure(v)));
	struct err err;

	if (v->person.role != ROLE_NONE && !sign_out(v->node, v->view, token, &err)) {
		page_error(v, &err);
		return;
	}
	set_cookie(v, S(""), 0);
	http_redirect(v->a, v->r, 303, way_back(v, S("")));
}
