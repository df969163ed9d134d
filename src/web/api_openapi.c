#include "web/api.h"

/*
 * The API described for programs: OpenAPI 3.1, made from the record tables, so that it
 * cannot say anything else than the server does.
 */

static void pair_int(struct json_w *w, const char *name, int64_t v)
{
	json_key(w, name);
	json_put_int(w, v);
}

static void type(struct json_w *w, const char *name)
{
	json_pair(w, "type", str_z(name));
}

static void reference(struct json_w *w, const char *name)
{
	struct buf b;

	buf_init(&b, 200);
	buf_lit(&b, "#/components/schemas/");
	buf_z(&b, name);
	json_pair(w, "$ref", buf_str(&b));
	buf_done(&b);
}

/* An object whose listed members are strings. */
static void strings(struct json_w *w, const char *const *names, size_t n)
{
	type(w, "object");
	json_key(w, "properties");
	json_open(w, '{');
	for (size_t i = 0; i < n; i++) {
		json_key(w, names[i]);
		json_open(w, '{');
		type(w, "string");
		json_close(w, '}');
	}
	json_close(w, '}');
}

#define STRINGS(w, ...)                                                                        \
	strings((w), (const char *const[]){ __VA_ARGS__ },                                     \
		sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

static void code_values(struct json_w *w, const char *list)
{
	const struct codelist *l = codelist_named(list);

	json_key(w, "enum");
	json_open(w, '[');
	for (size_t i = 0; i < l->count; i++)
		json_put_str(w, str_z(l->codes[i].code));
	json_close(w, ']');
}

static void several_languages(struct json_w *w)
{
	type(w, "object");
	json_key(w, "additionalProperties");
	json_open(w, '{');
	type(w, "string");
	json_close(w, '}');
	pair_int(w, "minProperties", 1);
}

static void field_type(struct json_w *w, const struct field *f)
{
	switch (f->kind) {
	case TEXT: type(w, "string"); break;
	case MTEXT: several_languages(w); break;
	case CODE:
		type(w, "string");
		code_values(w, f->list);
		break;
	case DATE:
		type(w, "string");
		json_pair(w, "format", S("date"));
		break;
	case DECIMAL:
	case PERCENT:
		type(w, "string");
		json_pair(w, "pattern", S("^-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,6})?$"));
		break;
	case MONEY: STRINGS(w, "amount", "currency", "value_date"); break;
	case QUANTITY: STRINGS(w, "amount", "unit"); break;
	case COORD: STRINGS(w, "lat", "lon"); break;
	case REF:
		type(w, "string");
		json_pair(w, "pattern", S("^[a-z][a-z0-9-]{1,15}/[0-9a-f-]{36}$"));
		break;
	case FILE_REF: type(w, "object"); break;
	case BOOL: type(w, "boolean"); break;
	case PARTS:
		type(w, "array");
		json_key(w, "items");
		json_open(w, '{');
		reference(w, records[f->to].name);
		json_close(w, '}');
		break;
	case FIELD_KIND_COUNT: break;
	}
}

static void record_schema(struct visit *v, struct json_w *w, const struct record *r)
{
	json_key(w, r->name);
	json_open(w, '{');
	json_pair(w, "title", lang_text(v->lang, r->title));
	if (r->about)
		json_pair(w, "description", lang_text(v->lang, r->about));
	type(w, "object");
	json_key(w, "properties");
	json_open(w, '{');
	for
		each_field(f, r)
		{
			json_key(w, f->name);
			json_open(w, '{');
			json_pair(w, "title", lang_text(v->lang, f->label));
			if (f->help)
				json_pair(w, "description", lang_text(v->lang, f->help));
			field_type(w, f);
			json_close(w, '}');
		}
	json_close(w, '}');
	json_key(w, "required");
	json_open(w, '[');
	for
		each_field(f, r) if (f->required) json_put_str(w, str_z(f->name));
	json_close(w, ']');
	json_key(w, "additionalProperties");
	json_put_bool(w, false);
	json_close(w, '}');
}

/* --- paths --- */

void api_parameter(struct json_w *w, const char *name, const char *in, const char *about)
{
	json_open(w, '{');
	json_pair(w, "name", str_z(name));
	json_pair(w, "in", str_z(in));
	json_key(w, "required");
	json_put_bool(w, str_is(str_z(in), "path"));
	json_pair(w, "description", str_z(about));
	json_key(w, "schema");
	json_open(w, '{');
	type(w, "string");
	json_close(w, '}');
	json_close(w, '}');
}

static void currency_parameter(struct json_w *w, const struct field *f)
{
	struct buf b;

	buf_init(&b, 200);
	buf_z(&b, f->name);
	buf_lit(&b, ".currency");
	buf_ch(&b, '\0');
	api_parameter(w, b.p, "query", "its currency equals");
	buf_done(&b);
}

void api_answers(struct json_w *w, const char *status, const char *about)
{
	json_key(w, "responses");
	json_open(w, '{');
	json_key(w, status);
	json_open(w, '{');
	json_pair(w, "description", str_z(about));
	json_close(w, '}');
	json_key(w, "default");
	json_open(w, '{');
	json_pair(w, "description",
		  S("application/problem+json (RFC 9457), with errors: [{field, message}]"));
	json_close(w, '}');
	json_close(w, '}');
}

void api_path_open(struct json_w *w, const char *path, const char *kind, const char *tail,
		   const char *method)
{
	struct buf b;

	buf_init(&b, 200);
	buf_z(&b, path);
	buf_z(&b, kind);
	buf_z(&b, tail);
	json_key_str(w, buf_str(&b));
	buf_done(&b);
	json_open(w, '{');
	json_key(w, method);
	json_open(w, '{');
}

void api_path_close(struct json_w *w)
{
	json_close(w, '}');
	json_close(w, '}');
}

static void list_path(struct json_w *w, const struct record *r)
{
	api_path_open(w, "/api/v1/", r->name, "", "get");
	json_pair(w, "summary", str_z(r->plural));
	json_key(w, "parameters");
	json_open(w, '[');
	api_parameter(w, "limit", "query", "1 to 1000; 100 when absent");
	api_parameter(w, "after", "query",
		      "`next` of the answer before, which may have had fewer than `limit`");
	api_parameter(w, "q", "query", "words to find");
	api_parameter(w, "sort", "query",
		      "a column, or label; a minus before it turns the order round");
	api_parameter(w, "ended", "query", "1: ended records too");
	api_parameter(w, "lang", "query", "fr, ru, en: of labels and of sentences");
	api_parameter(w, "party", "query", "records of this party, or joint");
	api_parameter(w, "state", "query", "of joint records");
	for
		each_field(f, r)
		{
			if (api_filters(f))
				api_parameter(
					w, f->name, "query",
					f->kind == DATE
						? "2026, 2026-03, or 2026-03-01..2026-06-30"
						: "equals");
			else if (f->column && f->kind == MONEY)
				currency_parameter(w, f);
		}
	json_close(w, ']');
	api_answers(w, "200", "{items: [...], total, next}");
	api_path_close(w);
}

static void record_path(struct json_w *w, const struct record *r)
{
	api_path_open(w, "/api/v1/", r->name, "/{party}/{id}", "get");
	json_pair(w, "summary", str_z(r->title));
	json_key(w, "parameters");
	json_open(w, '[');
	api_parameter(w, "party", "path", "code of the party, or joint");
	api_parameter(w, "id", "path", "UUID version 7");
	api_parameter(w, "history", "query", "1: with its versions and their ledger entries");
	api_parameter(w, "history_from", "query", "`history_next` of the answer before");
	api_parameter(w, "lang", "query", "fr, ru, en");
	json_close(w, ']');
	api_answers(w, "200", "{record, history?, history_next?}");
	api_path_close(w);
}

static void other_paths(struct json_w *w)
{
	api_other_paths(w);
	api_path_open(w, "/api/v1/acts", "", "", "post");
	json_pair(w, "summary",
		  S("Hand in one draft (application/json) or many (application/x-ndjson)"));
	json_key(w, "security");
	json_put_raw(w, S("[{\"bearer\":[]}]"));
	json_key(w, "requestBody");
	json_put_raw(
		w,
		S("{\"required\":true,\"content\":{\"application/json\":{\"schema\":{\"$ref\":"
		  "\"#/components/schemas/draft\"}},\"application/x-ndjson\":{}}}"));
	api_answers(w, "201", "{party, n, leaf, id, act?}: where it stands in the ledger");
	api_path_close(w);
}

static void components(struct visit *v, struct json_w *w)
{
	json_key(w, "components");
	json_open(w, '{');
	json_key(w, "securitySchemes");
	json_put_raw(w, S("{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"}}"));
	json_key(w, "schemas");
	json_open(w, '{');
	json_key(w, "draft");
	json_open(w, '{');
	STRINGS(w, "type", "kind", "id", "act", "reason", "visibility");
	json_key(w, "required");
	json_put_raw(w, S("[\"type\"]"));
	json_close(w, '}');
	for (int i = RECORD_NONE + 1; i < RECORD_COUNT; i++)
		record_schema(v, w, &records[i]);
	json_close(w, '}');
	json_close(w, '}');
}

void api_openapi(struct visit *v)
{
	struct json_w w = json_w(&v->out);

	json_open(&w, '{');
	json_pair(&w, "openapi", S("3.1.0"));
	json_key(&w, "info");
	json_open(&w, '{');
	json_pair(&w, "title", S("Benkan"));
	json_pair(&w, "version", S("1"));
	json_close(&w, '}');
	json_key(&w, "paths");
	json_open(&w, '{');
	for (int i = RECORD_NONE + 1; i < RECORD_COUNT; i++) {
		if (records[i].part)
			continue;
		list_path(&w, &records[i]);
		record_path(&w, &records[i]);
	}
	other_paths(&w);
	json_close(&w, '}');
	components(v, &w);
	json_close(&w, '}');
	api_open(v);
	answer_out(v, "application/json");
}
