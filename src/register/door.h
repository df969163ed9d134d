/* The writer's half of the door: one checked draft becomes one entry.  Private to
 * src/register/. */
#ifndef REGISTER_DOOR_H
#define REGISTER_DOOR_H
#include "register/pen.h"

/*
 * Write one request into the open transaction, or refuse it in its result.  False only
 * when the transaction itself is lost.
 */
bool door_write(struct pen *p, struct request *r, struct err *err) MUST_USE;

/* Before the first of a commit of many: ask for what these name (pen_ask). */
bool door_ask(struct pen *p, struct request *r, size_t count, struct err *err) MUST_USE;

/* --- joint.c: records of all parties, by acts (LEDGER.md 8) --- */
/* Table the act that puts or ends a joint record; `row` is the record as it stands, or NULL. */
bool joint_propose(struct pen *p, struct request *r, const struct record_row *row,
		   struct err *err) MUST_USE;
/* This party's word on an act: accept, decline, note. */
bool joint_word(struct pen *p, struct request *r, struct err *err) MUST_USE;

/* Whether a word of ours on the act would count (LEDGER.md 8.2). */
bool joint_counts(const struct node *n, enum entry_type type, const struct act_row *act,
		  struct err *err) MUST_USE;

/* --- signable.c --- */
/*
 * Whether this party may propose or accept a text of a session (anything else: yes) that says
 * its protocol was signed: not while an article of it has square brackets, lacks a language
 * that another has, or awaits a word.  ERR_INPUT names them.  `row`: the record as it stands,
 * or NULL; `text`: what it would say.
 */
bool protocol_signable(struct pen *p, struct request *r, const struct record_row *row,
		       struct str text, struct err *err) MUST_USE;

/* --- amend.c: the charter --- */
/* The same when the act amends the charter; *is false, and nothing done, when it does not. */
bool amend_word(struct pen *p, struct request *r, bool *is, struct err *err) MUST_USE;
/* Where an amendment that closes the own ledger has come to take effect: the last entry says
 * which ledger follows, while the old key is here (LEDGER.md 3.4 ledger.close). */
void amend_farewell(struct node *n);

/* --- sealed_word.c: what becomes of sealed bodies (LEDGER.md 12.3, 12.4) --- */
bool sealed_word(struct pen *p, struct request *r, struct err *err) MUST_USE;

/* The entry in hand is written: tell the caller where. */
bool door_append(struct pen *p, struct request *r, enum entry_type type,
		 enum act_outcome outcome, struct err *err) MUST_USE;
/* Nothing to write: point at the entry that says the same already. */
bool door_unchanged(struct pen *p, struct request *r, const struct record_row *row,
		    struct err *err) MUST_USE;
/* What it is sealed for: as asked, else as it is, else public. */
bool door_visibility(const struct pen *p, struct request *r, const struct record_row *row,
		     struct err *err) MUST_USE;

#endif
