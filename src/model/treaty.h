/*
 * When an agreement enters into force by its own clause, until when it runs, and by when
 * notice must be given.
 *
 * A treaty enters into force in such manner and upon such date as it provides (Vienna
 * Convention on the Law of Treaties 1969, art. 24(1)).  Each side's steps are its own word
 * (procedure records); what both have agreed is in the agreement itself.  Pure: no clock, no
 * I/O.
 */
#ifndef MODEL_TREATY_H
#define MODEL_TREATY_H
#include "model/model.h"

enum { TREATY_PARTIES_MAX = 32 };

/* What one side says of one step. */
struct treaty_step {
	struct str party, step; /* a code of ProcedureStep */
	bool has_done, has_expected;
	int32_t done, expected; /* days since 1970 */
};
/* Data of a procedure record of `party`. */
struct treaty_step treaty_step_of(struct str party, const struct json *procedure);

struct treaty_plan {
	const struct json *agreement; /* its data */
	const struct treaty_step *steps;
	size_t step_count;
	const struct str *parties; /* each must take the step that the clause names */
	size_t party_count;
	int32_t today;
};

/* What a day is known by. */
enum treaty_basis {
	TREATY_UNKNOWN,  /* no clause, or nothing to count from */
	TREATY_STATED,   /* the agreement states it, and no clause contradicts */
	TREATY_RECKONED, /* by the clause, every step taken */
	TREATY_EXPECTED  /* by the clause, from days that are still expected */
};
struct treaty {
	const char *step; /* the step that the clause counts from; NULL: none */
	uint32_t awaited; /* one bit a party that has not taken it */
	enum treaty_basis basis;
	int32_t event; /* the last party's step; RECKONED and EXPECTED */
	size_t last;   /* whose that was; party_count: the signature of all */
	uint32_t days; /* from the event to the entry into force */
	int32_t in_force;
	bool contradicted; /* the agreement states another day: `stated` */
	int32_t stated;
	bool has_end, renewed; /* renewed: at least once already */
	int32_t end;           /* of the period that runs on `today` */
	bool has_notice;
	int32_t notice; /* last day for notice that it shall end then */
};
void treaty_reckon(const struct treaty_plan *plan, struct treaty *out);

/* The same day so many months on or back; the month's last where it has no such day. */
int32_t months_later(int32_t day, int months);

#endif
