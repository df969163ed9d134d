#include "store/packed_log.h"
#include "store/search_index.h"

#include <string.h>

const struct packed_shape money_shape = {
	.columns = MONEY_COLUMNS,
	.words = 1u << MONEY_TYPE | 1u << MONEY_CURRENCY | 1u << MONEY_PROJECT |
		 1u << MONEY_SECTOR | 1u << MONEY_COUNTRY,
	.names = 1u << MONEY_PROJECT,
	.most = 65536, /* the references of projects stand in each block again */
};

void money_init(struct money_piles *m)
{
	for (int i = 0; i < MONEY_LOGS; i++)
		pile_init(&m->of[i], money_shape);
}

void money_done(struct money_piles *m)
{
	for (int i = 0; i < MONEY_LOGS; i++)
		pile_done(&m->of[i]);
}

void money_clear(struct money_piles *m)
{
	for (int i = 0; i < MONEY_LOGS; i++)
		pile_clear(&m->of[i]);
}

/* --- lines --- */

static const struct money_fields {
	enum record_id record;
	enum field_id value, type, date, project, sector, country, secondary;
} money_fields[] = {
	[MONEY_TRANSACTIONS] = { RECORD_transaction, transaction_value, transaction_type,
				 transaction_date, transaction_project, transaction_sector,
				 transaction_country, transaction_secondary },
	[MONEY_BUDGETS] = { RECORD_budget, budget_value, budget_type, budget_period_start,
			    budget_project, FIELD_NONE, FIELD_NONE, budget_secondary },
	[MONEY_PLANNED] = { RECORD_planned_disbursement, planned_disbursement_value,
			    planned_disbursement_type, planned_disbursement_period_start,
			    planned_disbursement_project, FIELD_NONE, FIELD_NONE,
			    planned_disbursement_secondary },
};

struct money_line {
	int64_t at[MONEY_COLUMNS];
};

static void put_line(struct pile *to, const struct money_line *l)
{
	memcpy(pile_add(to), l->at, sizeof(l->at));
}

static void set_word(struct pile *to, struct money_line *l, enum money_column c,
		     struct str word)
{
	l->at[c] = lexicon_id(&to->words, word);
}

static void set_amount(struct money_line *l, struct dec d)
{
	l->at[MONEY_LOW] = (int64_t)(uint64_t)d.micro;
	l->at[MONEY_HIGH] = (int64_t)(d.micro >> 64);
}

static int64_t day_of(struct str text)
{
	int32_t day;

	return date_parse(text, &day) ? day : MONEY_NO_DAY;
}

static struct money_line line_of(const struct row *r, int sign)
{
	struct money_line l = { 0 };

	l.at[MONEY_RID] = r->rid >> RID_SEQ;
	l.at[MONEY_SHAPE] = r->rid & RID_SHAPE;
	l.at[MONEY_SIGN] = sign;
	l.at[MONEY_DAY] = l.at[MONEY_VALUE_DAY] = MONEY_NO_DAY;
	return l;
}

/* A counterpart's entry may hold anything: what is no code or reference says nothing. */
static struct str code_in(const struct json *v)
{
	return v && v->type == JSON_STR && term_good(v->str) ? v->str : S("");
}

static struct str ref_in(const struct json *v)
{
	struct ref ref;

	return v && v->type == JSON_STR && ref_parse(v->str, &ref) ? v->str : S("");
}

static struct str text_in(const struct json *v)
{
	return v && v->type == JSON_STR ? v->str : S("");
}

static bool says_yes(const struct json *v)
{
	return v && v->type == JSON_BOOL && v->num;
}

/* A word of p->figures: 0 when the field says nothing. */
static uint32_t code_said(struct projection *p, const struct row *r, enum field_id f)
{
	const struct json *v = value_of(&r->values, f);

	return v && v->type == JSON_STR ? figures_code(&p->figures, f, v->str) : 0;
}

static uint32_t ref_said(struct projection *p, const struct row *r, enum field_id f)
{
	const struct json *v = value_of(&r->values, f);

	return v && v->type == JSON_STR ? figures_ref(&p->figures, f, v->str) : 0;
}

/* The same word by its number in the pile. */
static void set_said(struct projection *p, enum money_log log, struct money_line *l,
		     enum money_column c, uint32_t word)
{
	l->at[c] = lexicon_again(&p->money.of[log].words, p->figures.words.word[word],
				 &p->money.last[log][c]);
}

static void set_days(struct money_line *l, const struct json *day, const struct json *value)
{
	struct str said = text_in(day), valued = json_str(value, "value_date");

	l->at[MONEY_DAY] = l->at[MONEY_VALUE_DAY] = day_of(said);
	if (!str_eq(valued, said) && day_of(valued) != MONEY_NO_DAY)
		l->at[MONEY_VALUE_DAY] = day_of(valued);
}

static void money_line(struct projection *p, enum money_log log, const struct row *r, int sign)
{
	const struct money_fields *f = &money_fields[log];
	const struct json *value = value_of(&r->values, f->value);
	struct money_line l = line_of(r, sign);
	struct money_said said = { .currency = figures_code(&p->figures, f->value,
							    json_str(value, "currency")) };
	uint32_t type;

	if (!said.currency || !dec_parse(json_str(value, "amount"), &said.amount))
		return;
	type = code_said(p, r, f->type);
	said.type = log == MONEY_TRANSACTIONS ? type : 0;
	said.project = ref_said(p, r, f->project);
	totals_money(p, r, &said, sign);
	set_amount(&l, said.amount);
	l.at[MONEY_REPEATED] = says_yes(value_of(&r->values, f->secondary));
	set_said(p, log, &l, MONEY_TYPE, type);
	set_said(p, log, &l, MONEY_CURRENCY, said.currency);
	set_said(p, log, &l, MONEY_PROJECT, said.project);
	set_said(p, log, &l, MONEY_SECTOR, code_said(p, r, f->sector));
	set_said(p, log, &l, MONEY_COUNTRY, code_said(p, r, f->country));
	set_days(&l, value_of(&r->values, f->date), value);
	put_line(&p->money.of[log], &l);
}

/* --- what a project says of its money --- */

static void share_lines(struct pile *to, const struct json *parts, const char *key,
			enum money_column c, struct money_line l)
{
	if (!parts || parts->type != JSON_ARRAY)
		return;
	for (const struct json *p = parts->child; p; p = p->next) {
		struct str code = code_in(json_get(p, key));
		struct dec share = { 0 };

		if (!code.n)
			continue;
		if (!dec_parse(json_str(p, "percentage"), &share) || share.micro < 0 ||
		    share.micro > dec_int(100).micro)
			share = (struct dec){ 0 };
		set_amount(&l, share);
		set_word(to, &l, c, code);
		put_line(to, &l);
	}
}

static struct money_line project_line(struct pile *to, const struct row *r, int sign)
{
	struct money_line l = line_of(r, sign);
	struct buf ref;

	buf_init(&ref, 128);
	buf_add(&ref, r->party);
	buf_ch(&ref, '/');
	buf_add(&ref, r->id);
	set_word(to, &l, MONEY_PROJECT, buf_str(&ref));
	buf_done(&ref);
	return l;
}

static void project_lines(struct money_piles *m, const struct row *r, int sign)
{
	struct pile *to = &m->of[MONEY_OF_SECTORS];
	struct str reporter = ref_in(value_of(&r->values, project_reporter));
	struct money_line l;

	share_lines(to, value_of(&r->values, project_sectors), "sector", MONEY_SECTOR,
		    project_line(to, r, sign));
	to = &m->of[MONEY_OF_COUNTRIES];
	share_lines(to, value_of(&r->values, project_locations), "country", MONEY_COUNTRY,
		    project_line(to, r, sign));
	if (reporter.n) {
		to = &m->of[MONEY_OF_REPORTERS];
		l = project_line(to, r, sign);
		set_word(to, &l, MONEY_TYPE, reporter);
		put_line(to, &l);
	}
}

void money_row(struct projection *p, const struct row *r, int sign)
{
	enum record_id kind = record_id_of(r->record);

	if (kind == RECORD_project)
		project_lines(&p->money, r, sign);
	for (size_t i = 0; i < sizeof(money_fields) / sizeof(money_fields[0]) && !r->ended; i++)
		if (money_fields[i].record == kind)
			money_line(p, (enum money_log)i, r, sign);
}

bool money_settle(struct projection *p, struct err *err)
{
	for (int i = 0; i < MONEY_LOGS; i++)
		if (!packed_settle(p, i, &p->money.of[i], err))
			return false;
	return true;
}
