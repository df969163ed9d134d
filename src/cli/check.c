/* benkan check: files of others, held against the standard they are written in. */
#include "cli/cli.h"
#include "exchange/iati.h"
#include "wire/json.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char check_details[] =
	N_("IATI 2.03, activities and organisations: structure and types, codelists, and the "
	   "rules of the standard, in one pass whatever the size. Each finding bears the "
	   "line, "
	   "the activity and the rule's number in the standard. FILE may be “-”, standard "
	   "input. Exit code 1 says that there are errors.\n"
	   "\n"
	   "  benkan check --format iati activities.xml");

enum { CHUNK = 256 << 10, LINE_ROOM = 64 << 10 };

struct checking {
	const struct words *w;
	struct iati_reader *reader;
	const char *file;
	uint64_t files, unread, found[3]; /* by severity */
	struct buf line, sentence;
	char bytes[CHUNK];
};

static void put_json(struct checking *c, const struct iati_finding *f)
{
	struct json_w j = json_w(&c->line);

	json_open(&j, '{');
	json_pair(&j, "file", str_z(c->file));
	json_key(&j, "line");
	json_put_int(&j, (int64_t)f->line);
	json_pair(&j, "activity", f->activity);
	json_pair(&j, "rule", str_z(f->rule));
	json_pair(&j, "severity", str_z(iati_severities[f->severity]));
	json_pair(&j, "message", buf_str(&c->sentence));
	json_close(&j, '}');
}

static struct str severity_word(const struct checking *c, enum iati_severity s)
{
	switch (s) {
	case IATI_ERROR: return T(c->w->lang, "error");
	case IATI_WARNING: return T(c->w->lang, "warning");
	case IATI_ADVISORY: return T(c->w->lang, "advice");
	}
	return S("");
}

/* As compilers write it, so that editors jump there: FILE:LINE: error 6.11.1: …  [activity] */
static void put_text(struct checking *c, const struct iati_finding *f)
{
	buf_z(&c->line, c->file);
	buf_ch(&c->line, ':');
	buf_u64(&c->line, f->line);
	buf_lit(&c->line, ": ");
	buf_add(&c->line, severity_word(c, f->severity));
	buf_ch(&c->line, ' ');
	buf_z(&c->line, f->rule);
	buf_lit(&c->line, ": ");
	buf_add(&c->line, buf_str(&c->sentence));
	if (f->activity.n) {
		buf_lit(&c->line, " [");
		buf_add(&c->line, f->activity);
		buf_ch(&c->line, ']');
	}
}

static void on_found(void *ctx, const struct iati_finding *f)
{
	struct checking *c = ctx;

	c->found[f->severity]++;
	buf_clear(&c->line);
	buf_clear(&c->sentence);
	lang_err(&c->sentence, c->w->lang, f->what);
	if (c->w->json)
		put_json(c, f);
	else
		put_text(c, f);
	buf_ch(&c->line, '\n');
	(void)cli_out(c->w, buf_str(&c->line));
}

static bool read_all(struct checking *c, int fd, struct meter *m, struct err *err)
{
	uint64_t done = 0;
	struct stat st = { 0 };
	ssize_t n;

	(void)fstat(fd, &st);
	while ((n = read(fd, c->bytes, sizeof(c->bytes))) > 0) {
		iati_feed(c->reader, str_of(c->bytes, (size_t)n));
		done += (uint64_t)n;
		if (st.st_size > 0)
			meter_show(m, done >> 20, (uint64_t)st.st_size >> 20);
	}
	if (n < 0)
		return err_set(err, ERR_UNREACHABLE, "", N_("%1 cannot be read (%2)."), c->file,
			       strerror(errno));
	iati_finish(c->reader);
	c->files++;
	return true;
}

static bool check_file(struct checking *c, struct err *err)
{
	int fd = strcmp(c->file, "-") == 0 ? STDIN_FILENO : open(c->file, O_RDONLY | O_CLOEXEC);
	struct meter m = meter_of(c->w, N_("%1 of %2 MB checked"));
	bool ok;

	if (fd < 0)
		return err_set(err, ERR_UNREACHABLE, "", N_("%1 cannot be read (%2)."), c->file,
			       strerror(errno));
	ok = read_all(c, fd, &m, err);
	meter_end(&m);
	if (fd != STDIN_FILENO)
		close(fd);
	return ok;
}

static void put_summary(struct checking *c)
{
	struct json_w j;

	if (!c->w->json) {
		const struct str counts[] = { num_text(c->w->a, c->files),
					      num_text(c->w->a, iati_activities(c->reader)),
					      num_text(c->w->a, c->found[IATI_ERROR]),
					      num_text(c->w->a, c->found[IATI_WARNING]),
					      num_text(c->w->a, c->found[IATI_ADVISORY]) };

		cli_line(c->w,
			 N_("Files: %1. Activities: %2. Errors: %3. Warnings: %4. Advice: %5."),
			 counts, 5);
		return;
	}
	buf_clear(&c->line);
	j = json_w(&c->line);
	json_open(&j, '{');
	json_key(&j, "files");
	json_put_int(&j, (int64_t)c->files);
	json_key(&j, "activities");
	json_put_int(&j, (int64_t)iati_activities(c->reader));
	json_key(&j, "errors");
	json_put_int(&j, (int64_t)c->found[IATI_ERROR]);
	json_key(&j, "warnings");
	json_put_int(&j, (int64_t)c->found[IATI_WARNING]);
	json_key(&j, "advisories");
	json_put_int(&j, (int64_t)c->found[IATI_ADVISORY]);
	json_close(&j, '}');
	buf_ch(&c->line, '\n');
	(void)cli_out(c->w, buf_str(&c->line));
}

static int check_files(struct checking *c)
{
	int code = EXIT_GOOD;
	struct err err;

	for (size_t i = 0; i < c->w->arg_count; i++) {
		c->file = c->w->args[i];
		if (!check_file(c, &err))
			code = cli_fail(c->w, &err);
	}
	put_summary(c);
	return code != EXIT_GOOD ? code : c->found[IATI_ERROR] ? EXIT_REFUSED : EXIT_GOOD;
}

int cmd_check(const struct words *w)
{
	struct checking *c = arena_new(w->a, struct checking);
	struct iati_plan plan = { .found = on_found, .ctx = c };
	int code;

	c->w = w;
	if (strcmp(word_of(w, "--format"), "iati") != 0) {
		cli_say(w, N_("--format %1 is not known. Write --format iati."),
			str_z(word_of(w, "--format")));
		return EXIT_USAGE;
	}
	plan.today = (int32_t)(w->env->now_ms(w->env->ctx) / 86400000);
	buf_init(&c->line, LINE_ROOM);
	buf_init(&c->sentence, LINE_ROOM);
	c->reader = iati_open(&plan);
	code = check_files(c);
	iati_close(c->reader);
	buf_done(&c->line);
	buf_done(&c->sentence);
	return code;
}
