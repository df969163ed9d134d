#include "store/schema.h"
#include "store/apply.h"
#include "store/plain.h"

#include <string.h>
#include <unicode/uversion.h>

enum { SQL_MAX = 1 << 20 };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* --- public rows that stand in other tables --- */

static void of_kinds(struct buf *out, const char *of_kind, const char *of_all)
{
	for
		each_record(r) if (kind_has_table(r) && !r->joint)
		{
			buf_lit(out, "SELECT party, '");
			buf_z(out, r->name);
			buf_lit(out, "' AS kind, id, n, ");
			buf_z(out, of_kind);
			buf_lit(out, " FROM r_");
			buf_z(out, r->name);
			buf_lit(out, " WHERE layer = 0 UNION ALL ");
		}
	buf_z(out, of_all);
}

static void records_gathered(struct buf *out)
{
	of_kinds(out, "(rid & 8) / 8 AS ended, data",
		 "SELECT party, kind, id, n, ended, data FROM r_other");
}

static void versions_gathered(struct buf *out)
{
	of_kinds(out, "prev, " ROW_FLAGS " AS flags",
		 "SELECT party, kind, id, n, prev, flags FROM r_other UNION ALL "
		 "SELECT party, kind, id, n, prev, flags FROM r_past");
}

static void joint_gathered(struct buf *out)
{
	buf_lit(out, "SELECT kind, id, h AS head, data FROM r_effect WHERE head = 1 AND "
		     "audience = 0");
}

/* --- the tables of fixed shape --- */

const struct table tables[] = {
	/* Public: what the state digest covers (LEDGER.md 7). */
	{ "p_act", "h BLOB, parties TEXT, state TEXT, in_force_time TEXT, superseded INTEGER",
	  2, NULL, false },
	{ "p_act_ack", "h BLOB, parties TEXT, party TEXT, peer TEXT, n INTEGER", 4, NULL,
	  false },
	{ "p_act_party",
	  "h BLOB, parties TEXT, party TEXT, proposed INTEGER, accepted INTEGER, "
	  "declined INTEGER, ready INTEGER",
	  3, NULL, false },
	{ "p_blob_ref", "lid TEXT, n INTEGER, sha256 BLOB, size INTEGER, media TEXT, name TEXT",
	  3, NULL, false },
	{ "p_entry",
	  "lid TEXT, n INTEGER, type TEXT, time TEXT, state TEXT, reason TEXT, flags TEXT", 2,
	  NULL, false },
	{ "p_joint", "kind TEXT, id TEXT, head BLOB, data TEXT", 3, joint_gathered, false },
	{ "p_key", "lid TEXT, role TEXT, from_index INTEGER, key TEXT", 3, NULL, false },
	{ "p_record", "party TEXT, kind TEXT, id TEXT, n INTEGER, ended INTEGER, data TEXT", 3,
	  records_gathered, false },
	{ "p_sealed",
	  "c BLOB, lid TEXT, n INTEGER, class TEXT, audience TEXT, opened INTEGER, "
	  "erased INTEGER",
	  3, NULL, false },
	{ "p_seen", "lid TEXT, n INTEGER, peer TEXT, size INTEGER, root BLOB, state TEXT", 2,
	  NULL, false },
	{ "p_version", "party TEXT, kind TEXT, id TEXT, n INTEGER, prev INTEGER, flags TEXT", 4,
	  versions_gathered, false },

	/* What pages need beside them. */
	{ "r_act",
	  "h BLOB, parties TEXT, ledger TEXT, n INTEGER, time TEXT, actor TEXT, "
	  "audience INTEGER, document TEXT, awaited TEXT, since TEXT, receipt INTEGER",
	  2, NULL, false },
	/* What lists by label stand in the order of, and what has no place there yet: labels.c.
	 */
	{ "r_label", "kind INTEGER, lang INTEGER, key BLOB, id TEXT, rid INTEGER", 5, NULL,
	  true },
	{ "r_unplaced", "kind INTEGER, lang INTEGER, rid INTEGER, key BLOB, id TEXT", 3, NULL,
	  true },
	/* Where alert.fork stands: what it says proves itself, or nothing. */
	{ "r_alert", "lid TEXT, n INTEGER", 2, NULL, false },
	/* Who accepted which amendment of a charter, by its leaf: amend.h. */
	{ "r_amend", "amends BLOB, party TEXT, n INTEGER, h BLOB, parties TEXT", 3, NULL,
	  false },
	{ "r_attached", "name BLOB, lid TEXT, n INTEGER, c BLOB, sha256 BLOB", 3, NULL, false },
	{ "r_count", "field INTEGER, value TEXT, shape INTEGER, count INTEGER", 3, NULL,
	  false },
	{ "r_day", "rule INTEGER, day INTEGER, mask INTEGER, count INTEGER", 3, NULL, false },
	{ "r_due", "rule INTEGER, day INTEGER, id TEXT, party TEXT, part TEXT, mask INTEGER", 5,
	  NULL, false },
	{ "r_effect",
	  "kind TEXT, id TEXT, h BLOB, parties TEXT, op TEXT, base TEXT, data TEXT, "
	  "head INTEGER, audience INTEGER",
	  4, NULL, false },
	{ "r_erasure", "c BLOB, lid TEXT, n INTEGER, time TEXT, ground TEXT", 2, NULL, false },
	{ "r_lack", "c BLOB, lid TEXT, n INTEGER", 3, NULL, false },
	{ "r_ledger", "name TEXT, applied INTEGER, last_time INTEGER, closed INTEGER", 1, NULL,
	  false },
	{ "r_open",
	  "party TEXT, since TEXT, h BLOB, parties TEXT, kind TEXT, id TEXT, "
	  "audience INTEGER",
	  4, NULL, false },
	{ "r_other",
	  "party TEXT, kind TEXT, id TEXT, n INTEGER, prev INTEGER, flags TEXT, "
	  "ended INTEGER, data TEXT",
	  3, NULL, false },
	{ "r_past", "party TEXT, kind TEXT, id TEXT, n INTEGER, prev INTEGER, flags TEXT", 4,
	  NULL, false },
	/* What stands for rows of p_act and others: plain.h. */
	{ "r_plain",
	  "since TEXT, rid INTEGER, h BLOB, kind TEXT, id TEXT, parties TEXT, ledger TEXT, "
	  "n INTEGER, actor TEXT, size INTEGER",
	  2, NULL, true },
	{ "r_supersede", "target BLOB, h BLOB, parties TEXT", 3, NULL, false },
	/* What is kept of each record that others point at: figures.h. */
	{ "r_target", "kind INTEGER, ref TEXT, figures BLOB", 2, NULL, false },
	{ "r_total",
	  "record INTEGER, party TEXT, type TEXT, currency TEXT, mask INTEGER, "
	  "count INTEGER, whole INTEGER, part INTEGER",
	  5, NULL, false },
	{ "r_word", "h BLOB, parties TEXT, party TEXT, time TEXT, accepted TEXT", 3, NULL,
	  false },
	{ "r_note", "name TEXT, value TEXT", 1, NULL, true },

	{ "r_packed", "log INTEGER, seq INTEGER, lines INTEGER, body BLOB, names BLOB", 2, NULL,
	  true },

	/* Both sides' reports of one flow; by row numbers. */
	{ "r_flow",
	  "rid INTEGER, lone INTEGER, id TEXT, party TEXT, peer TEXT, kind INTEGER, "
	  "gives INTEGER, place INTEGER, project TEXT, day INTEGER, whole INTEGER, "
	  "part INTEGER, currency TEXT, provider_activity TEXT, receiver_activity TEXT, "
	  "worth DECIMAL, worth_currency TEXT, counterpart TEXT",
	  1, NULL, true },
	{ "r_remark", "rid INTEGER, about INTEGER, party TEXT, given TEXT, received TEXT", 1,
	  NULL, true },
	{ "r_pair",
	  "given INTEGER, received INTEGER, mask INTEGER, kind INTEGER, gap INTEGER, "
	  "under INTEGER, words INTEGER, giver TEXT, taker TEXT, project TEXT, "
	  "given_goods INTEGER, given_day INTEGER, given_whole INTEGER, given_part INTEGER, "
	  "given_currency TEXT, received_goods INTEGER, received_day INTEGER, "
	  "received_whole INTEGER, received_part INTEGER, received_currency TEXT, "
	  "first INTEGER, last INTEGER, name TEXT, other TEXT",
	  3, NULL, true },
};
const size_t table_count = COUNT(tables);

static const char *const indexes =
	"CREATE INDEX p_blob_ref_of ON p_blob_ref (sha256);"
	"CREATE INDEX p_sealed_at ON p_sealed (lid, n);"
	"CREATE INDEX p_seen_size ON p_seen (lid, peer, size, n);"
	"CREATE INDEX p_act_accepted ON p_act_party (party, accepted) "
	"WHERE accepted IS NOT NULL;"
	"CREATE INDEX p_act_declined ON p_act_party (party, declined) "
	"WHERE declined IS NOT NULL;"
	"CREATE INDEX r_attached_at ON r_attached (lid, n);"
	"CREATE INDEX r_attached_of ON r_attached (sha256);"
	"CREATE INDEX r_effect_of ON r_effect (h);"
	"CREATE INDEX r_flow_place ON r_flow (place);"
	"CREATE INDEX r_flow_activity ON r_flow (provider_activity, receiver_activity, gives) "
	"WHERE provider_activity <> '';"
	"CREATE INDEX r_flow_counterpart ON r_flow (counterpart) WHERE counterpart <> '';"
	"CREATE INDEX r_remark_given ON r_remark (given);"
	"CREATE INDEX r_remark_received ON r_remark (received);"
	"CREATE INDEX r_pair_received ON r_pair (received);"
	"CREATE INDEX r_pair_project ON r_pair (project);"
	"CREATE INDEX r_pair_last ON r_pair (last, name);";

/* The index of words: word_index.h. */
static const char *const search_sqlite =
	"CREATE TABLE r_term (segment INTEGER, first BLOB, block BLOB);"
	"CREATE UNIQUE INDEX r_term_first ON r_term (segment, first);";
static const char *const search_postgres =
	"CREATE TABLE r_search (rid INTEGER PRIMARY KEY, words TSVECTOR);"
	"CREATE INDEX r_search_words ON r_search USING gin (words);";

bool table_column(struct str *columns, struct str *name, struct str *type)
{
	struct str one;

	if (!str_split(columns, ',', &one))
		return false;
	*type = str_trim(one);
	(void)!str_split(type, ' ', name);
	return true;
}

/* --- record types --- */

bool kind_has_table(const struct record *r)
{
	return !r->part;
}

static bool is_text(enum field_id f)
{
	return fields[f].kind == TEXT || fields[f].kind == MTEXT;
}

bool kind_has_labels(const struct record *r)
{
	return is_text(r->name_fields[0]);
}

bool kind_by_label(const struct record *r)
{
	return kind_has_labels(r) && r->order == r->name_fields[0];
}

bool kind_is_brief(const struct field *f)
{
	const struct record *r = &records[f->record];

	for (size_t i = 0; i < 3 && r->name_fields[i]; i++)
		if (&fields[r->name_fields[i]] == f)
			return true;
	return f->column;
}

bool part_named_by(struct str key)
{
	return key.n > 0 && key.n <= 64;
}

size_t field_columns(const struct field *f, struct field_column out[FIELD_COLUMNS_MAX])
{
	if (!f->column)
		return 0;
	switch (f->kind) {
	case TEXT:
	case CODE:
	case DATE: out[0] = (struct field_column){ "", "TEXT" }; return 1;
	case BOOL: out[0] = (struct field_column){ "", "INTEGER" }; return 1;
	case DECIMAL:
	case PERCENT:
	case QUANTITY: out[0] = (struct field_column){ "", "DECIMAL" }; return 1;
	case MONEY:
		out[0] = (struct field_column){ "", "DECIMAL" };
		out[1] = (struct field_column){ "_currency", "TEXT" };
		return 2;
	case MTEXT: /* listed by label */
	case REF:   /* found through the search index */
	case COORD:
	case FILE_REF:
	case PARTS:
	case FIELD_KIND_COUNT: break;
	}
	return 0;
}

/* Asked by view_money.c and view_standing.c. */
bool field_in_table(enum field_id f)
{
	static const enum field_id asked[] = { decision_status, project_status, project_cost,
					       rate_date,       rate_base,      rate_units,
					       rate_quote,      rate_value,     rate_origin };
	size_t i = 0;

	while (i < COUNT(asked) && asked[i] != f)
		i++;
	return i < COUNT(asked);
}

/* Those that differ by type, each behind a comma. */
static void own_columns(struct buf *out, const struct record *r)
{
	if (r->joint)
		buf_lit(out, ", proposer TEXT, awaited TEXT, since TEXT, receipt INTEGER");
	for (int i = 0; i < LANG_COUNT && kind_has_labels(r); i++) {
		buf_lit(out, ", label_");
		buf_z(out, lang_codes[i]);
		buf_lit(out, " TEXT");
	}
	for
		each_field(f, r)
		{
			struct field_column c[FIELD_COLUMNS_MAX];
			bool there = field_in_table((enum field_id)(f - fields));
			size_t n = there ? field_columns(f, c) : 0;

			for (size_t i = 0; i < n; i++) {
				buf_lit(out, ", f_");
				buf_z(out, f->name);
				buf_z(out, c[i].suffix);
				buf_ch(out, ' ');
				buf_z(out, c[i].type);
			}
		}
	/* Last, so that what stands before it is read without it. */
	buf_lit(out, ", brief TEXT, data TEXT");
}

void kind_columns(struct buf *out, const struct record *r)
{
	buf_lit(out, "rid INTEGER, id TEXT, party TEXT, layer INTEGER, ledger TEXT, "
		     "n INTEGER, prev INTEGER, flags TEXT, versions INTEGER, body INTEGER, "
		     "time TEXT, actor TEXT, state TEXT, illustrative INTEGER");
	own_columns(out, r);
}

void kind_label(struct buf *out, enum lang lang)
{
	if (lang) {
		buf_lit(out, "coalesce(label_");
		buf_z(out, lang_codes[lang]);
		buf_lit(out, ", ");
	}
	buf_lit(out, "label_");
	buf_z(out, lang_codes[0]);
	buf_z(out, lang ? ")" : "");
}

void kind_written(struct buf *out, const struct record *r, bool all)
{
	struct str columns, name, type;
	struct buf b;

	buf_init(&b, SQL_MAX);
	own_columns(&b, r);
	columns = str_from(buf_str(&b), 1);
	buf_lit(out, "party, layer, time, rid, id, n");
	while (table_column(&columns, &name, &type)) {
		buf_lit(out, ", ");
		buf_add(out, name);
	}
	if (all || r->joint)
		buf_lit(out, ", ledger, state");
	if (all)
		buf_lit(out, ", prev, flags, versions, body, actor, illustrative");
	buf_done(&b);
}

static void kind_table(struct buf *out, const struct record *r)
{
	buf_lit(out, "CREATE TABLE r_");
	buf_z(out, r->name);
	buf_lit(out, " (");
	kind_columns(out, r);
	buf_lit(out, ", PRIMARY KEY (rid));CREATE UNIQUE INDEX r_");
	buf_z(out, r->name);
	buf_lit(out, "_id ON r_");
	buf_z(out, r->name);
	buf_lit(out, " (id, party, layer);");
}

/* --- tables and views --- */

static bool has_column(const struct table *t, struct str column)
{
	return str_find(str_z(t->columns), column) < strlen(t->columns);
}

static void fixed_table(struct buf *out, const struct table *t)
{
	struct str columns = str_z(t->columns), name, type;

	buf_lit(out, "CREATE TABLE ");
	buf_z(out, t->name);
	buf_lit(out, " (");
	buf_add(out, columns);
	buf_lit(out, ", PRIMARY KEY (");
	for (unsigned i = 0; i < t->keys && table_column(&columns, &name, &type); i++) {
		if (i)
			buf_lit(out, ", ");
		buf_add(out, name);
	}
	buf_lit(out, "))");
	/* Rows of some kilobytes are slow to find inside an index, where each that is met on
	 * the way is read whole; a row number needs none. */
	if (!has_column(t, S("data TEXT")) && !has_column(t, S("body BLOB")) &&
	    !str_starts(str_z(t->columns), S("rid ")))
		buf_lit(out, " WITHOUT ROWID");
	buf_lit(out, ";");
}

/* Its own rows and those that stand in r_plain. */
static void with_plain(struct buf *out, const struct table *t)
{
	struct str columns = str_z(t->columns), name, type;
	const char *between = "SELECT ";

	buf_ch(out, '(');
	plain_with(out);
	while (table_column(&columns, &name, &type)) {
		buf_z(out, between);
		buf_add(out, name);
		between = ", ";
	}
	buf_lit(out, " FROM ");
	buf_z(out, t->name);
	buf_lit(out, " UNION ALL ");
	plain_rows(out, str_z(t->name));
	buf_lit(out, ") AS ");
}

void table_from(struct buf *out, const struct table *t)
{
	if (t->gathered) {
		buf_ch(out, '(');
		t->gathered(out);
		buf_lit(out, ") AS ");
	} else if (plain_table(str_z(t->name))) {
		with_plain(out, t);
	}
	buf_z(out, t->name);
}

static void everything(struct buf *out, enum db_engine engine)
{
	for (size_t i = 0; i < table_count; i++)
		if (!tables[i].gathered)
			fixed_table(out, &tables[i]);
	buf_z(out, indexes);
	for
		each_record(r) if (kind_has_table(r)) kind_table(out, r);
	buf_z(out, engine == DB_SQLITE ? search_sqlite : search_postgres);
}

/* --- what the tables were made for --- */

/* Numbers of record types, fields and rules stand in rows: they are part of the shape. */
static void model_shape(struct buf *out)
{
	for (const struct field *f = fields + 1; f < fields + FIELD_COUNT; f++) {
		buf_z(out, records[f->record].name);
		buf_ch(out, '.');
		buf_z(out, f->name);
		buf_ch(out, ' ');
		buf_u64(out, (uint64_t)f->kind << 16 | (uint64_t)f->to << 1 | f->column);
		buf_ch(out, '\n');
	}
	for (size_t i = 0; i < due_rule_count; i++) {
		const struct due_rule *d = &due_rules[i];
		const int numbers[] = { (int)d->record,     (int)d->parts,
					(int)d->date,       (int)d->closed_by,
					(int)d->report,     (int)d->report_ref,
					(int)d->report_key, (int)d->report_field,
					d->deadline };

		for (size_t k = 0; k < COUNT(numbers); k++) {
			buf_i64(out, numbers[k]);
			buf_ch(out, ' ');
		}
		buf_z(out, d->report_value ? d->report_value : "");
		buf_ch(out, '\n');
	}
}

/* What makes sort keys: other rules would put a label elsewhere than where it stands. */
static void sorting_rules(struct buf *out)
{
	UVersionInfo icu;

	u_getVersion(icu);
	buf_hex(out, icu, sizeof(icu));
}

static void fingerprint(char hex[2 * HASH_SIZE + 1], enum db_engine engine)
{
	struct buf b;
	struct hash h;

	buf_init(&b, SQL_MAX);
	buf_u64(&b, PROJECTION_VERSION);
	everything(&b, engine);
	model_shape(&b);
	sorting_rules(&b);
	buf_lit(&b, "//kind/party/id/field"); /* terms of references (search_index.h) */
	h = hash_of(buf_str(&b));
	buf_clear(&b);
	buf_hex(&b, h.b, HASH_SIZE);
	memcpy(hex, b.p, (size_t)2 * HASH_SIZE);
	hex[2 * HASH_SIZE] = '\0';
	buf_done(&b);
}

static bool create(struct db *d, struct err *err)
{
	char made_for[2 * HASH_SIZE + 1];
	struct stmt *s;
	struct buf sql;
	bool ok;

	buf_init(&sql, SQL_MAX);
	everything(&sql, db_engine(d));
	buf_ch(&sql, '\0');
	ok = db_run(d, sql.p, err);
	buf_done(&sql);
	if (!ok)
		return false;
	fingerprint(made_for, db_engine(d));
	s = db_prepare(d, "INSERT INTO r_note (name, value) VALUES ('made for', ?)", err);
	if (!s)
		return false;
	stmt_text(s, 0, str_z(made_for));
	return stmt_done(s, err);
}

bool projection_create(struct db *d, struct err *err)
{
	if (!db_begin(d, true, err))
		return false;
	if (create(d, err))
		return db_commit(d, err);
	db_rollback(d);
	return false;
}

static bool there(struct db *d, bool *found, struct err *err)
{
	struct stmt *s = db_prepare(
		d,
		db_engine(d) == DB_SQLITE
			? "SELECT count(*) FROM sqlite_schema WHERE name = 'r_note'"
			: "SELECT count(*) FROM pg_class WHERE relname = 'r_note' AND "
			  "relnamespace = current_schema()::regnamespace",
		err);
	bool row;

	if (!s || !stmt_step(s, &row, err))
		return false;
	*found = row && col_int(s, 0) > 0;
	stmt_reset(s);
	return true;
}

bool projection_current(struct db *d, bool *current, struct err *err)
{
	char made_for[2 * HASH_SIZE + 1];
	struct stmt *s;
	bool row;

	if (!there(d, current, err))
		return false;
	if (!*current)
		return true;
	s = db_prepare(d, "SELECT value FROM r_note WHERE name = 'made for'", err);
	if (!s || !stmt_step(s, &row, err))
		return false;
	fingerprint(made_for, db_engine(d));
	*current = row && str_is(col_text(s, 0), made_for);
	stmt_reset(s);
	return true;
}
