/*
 * The protocol of a session, article by article: /fr/session/joint/ID/protocol.
 *
 * An article is a joint record of its own, so that a text is proposed, accepted, declined and
 * superseded as everything joint is.  protocol.c reads them and says where each stands,
 * protocol_text.c writes texts with their brackets, page_protocol.c the page, protocol_post.c
 * what is done there.
 */
#ifndef WEB_PROTOCOL_H
#define WEB_PROTOCOL_H
#include "model/brackets.h"
#include "web/acts.h"

enum { ARTICLES_MAX = 200 };

enum article_stand {
	ARTICLE_AGREED,   /* in force, without brackets, nothing pending */
	ARTICLE_BRACKETS, /* in force as it stands, in brackets */
	ARTICLE_LACKS,    /* in force, in fewer languages than others are */
	ARTICLE_OPEN,     /* a proposal awaits a word, or two texts are in force */
	ARTICLE_DROPPED   /* every proposal of it was declined */
};
struct article {
	struct record_row row;
	struct act_row *acts;
	size_t act_count;
	const struct act_row *shown; /* the newest open proposal; NULL: none */
	bool in_force;
	const struct act_row *base; /* the act in force; else `shown`; NULL: not known */
	const struct json *data;    /* what it says */
	enum article_stand stand;
};
struct protocol {
	struct visit *v;
	struct record_row session;
	struct article *articles; /* in the order of their numbers */
	size_t n;
	size_t count[ARTICLE_DROPPED + 1];
	struct str parties[ENTRY_PARTIES_MAX];
	size_t party_count;
	struct tags languages;
};
/* Of the session that parts[1] and parts[2] name; else the error page is written. */
bool protocol_read(struct visit *v, struct protocol *out);
/* How the articles of a session stand, for its own page; none when it has no article. */
bool protocol_of(struct visit *v, const struct record_row *session, struct protocol *out,
		 struct err *err);

bool act_open(const struct act_row *act);
const struct act_party *act_word(const struct act_row *act, struct str party);
/* The newest open proposal of a side; NULL when it has none. */
const struct act_row *article_last(const struct article *x, struct str party);
/* How many brackets stand in its text in each language; false when the languages differ. */
bool article_brackets(const struct json *data, size_t *n);
/* The data an act would put. */
const struct json *act_data(struct visit *v, const struct act_row *act);

/* --- protocol_text.c --- */
/* Those in which some article is written, the charter's in their order; two at least. */
void protocol_languages(const struct protocol *p, struct tags *out);
/* Its text in these languages beside each other, what is in brackets marked. */
void article_texts(struct visit *v, const struct json *data, const struct tags *languages);
/* One text with its brackets marked. */
void bracket_text(struct visit *v, struct str text);

/* ` href="/fr/session/joint/ID/protocol"`, of the session `ref`. */
void protocol_href(struct visit *v, struct str ref, const char *tail);
/* 303 to the article on the page of its protocol. */
void protocol_see_other(struct visit *v, struct str session_ref, struct str id);
/* Earlier proposals of this side on a record, which `by` takes the place of and nobody has
 * accepted, are withdrawn, as far as this person may. */
void proposals_replaced(struct visit *v, const struct record *r, struct str id,
			const struct hash *by);

#endif
