/*
 * Every test of the store runs on both engines: SQLite in a folder of its own, and
 * PostgreSQL that the test program starts itself (private folder, free port of the
 * loopback, fsync on) and stops by its pid at the end.
 *
 *	static void keeps_it(void **state) { struct place *p = *state; … p->dir, p->url … }
 *	int main(void)
 *	{
 *		const struct CMUnitTest tests[] = { BOTH(keeps_it) };
 *		return run_on_engines(tests);
 *	}
 */
#ifndef TEST_STORE_ENGINES_H
#define TEST_STORE_ENGINES_H
#include "check.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <glob.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct place {
	char dir[64];
	char url[160];
};

struct engine {
	const char *name;
	bool postgres;
};
static const struct engine engine_sqlite = { "sqlite", false },
			   engine_postgres = { "postgresql", true };

/* The server this program started. */
static struct {
	pid_t pid;
	char dir[64], bin[128];
	int port, databases;
	const char *missing; /* why there is none */
} server;

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static inline void remove_tree(const char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void postgres_url(char url[160], const char *password, const char *database)
{
	snprintf(url, 160, "postgresql://benkan:%s@127.0.0.1:%d/%s", password, server.port,
		 database);
}

static inline int free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_return_code(bind(fd, (struct sockaddr *)&a, n), 0);
	assert_return_code(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	close(fd);
	return ntohs(a.sin_port);
}

/*
 * Run a program of PostgreSQL; as another user when this one is root, whom it refuses.  It
 * looks for its fellows beside itself, so that args[0], its name, becomes its whole path.
 */
static inline pid_t postgres_program(const char *args[])
{
	const struct passwd *user = getpwnam("postgres");
	char path[256];
	pid_t pid;

	snprintf(path, sizeof(path), "%s/%s", server.bin, args[0]);
	args[0] = path;
	pid = fork();
	if (pid)
		return pid;
	if (geteuid() == 0 &&
	    (setgid(user ? user->pw_gid : 65534) || setuid(user ? user->pw_uid : 65534)))
		_exit(126);
	prctl(PR_SET_PDEATHSIG, SIGINT);
	if (!freopen("/dev/null", "w", stdout) || !freopen("log", "a", stderr))
		_exit(126);
	execv(path, (char *const *)(uintptr_t)args);
	_exit(127);
}

static inline bool postgres_find(void)
{
	glob_t g;
	bool found =
		glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &g) == 0 && g.gl_pathc > 0;

	if (found)
		snprintf(server.bin, sizeof(server.bin), "%.*s",
			 (int)(strlen(g.gl_pathv[g.gl_pathc - 1]) - 7),
			 g.gl_pathv[g.gl_pathc - 1]);
	globfree(&g);
	return found;
}

static inline void postgres_start(void)
{
	const struct passwd *user = getpwnam("postgres");
	char data[128], secret[128], port[16], url[160];
	int status;
	FILE *f;

	if (!postgres_find()) {
		server.missing =
			"skip: PostgreSQL is not installed (apt-get install postgresql)";
		return;
	}
	snprintf(server.dir, sizeof(server.dir), "/tmp/benkan-pg-XXXXXX");
	assert_non_null(mkdtemp(server.dir));
	if (geteuid() == 0)
		assert_return_code(chown(server.dir, user ? user->pw_uid : 65534,
					 user ? user->pw_gid : 65534),
				   0);
	assert_return_code(chdir(server.dir), 0);
	snprintf(data, sizeof(data), "%s/data", server.dir);
	snprintf(secret, sizeof(secret), "%s/secret", server.dir);
	f = fopen(secret, "w");
	assert_non_null(f);
	fputs("right", f);
	fclose(f);
	waitpid(postgres_program((const char *[]){
			"initdb", "-D", data, "-U", "benkan", "--pwfile", secret, "-A",
			"scram-sha-256", "--no-sync", "--locale=C.UTF-8", "-E", "UTF8", NULL }),
		&status, 0);
	assert_int_equal(status, 0);
	server.port = free_port();
	snprintf(port, sizeof(port), "%d", server.port);
	server.pid = postgres_program(
		(const char *[]){ "postgres", "-D", data, "-p", port, "-k", server.dir, "-c",
				  "listen_addresses=127.0.0.1", "-c", "fsync=on", "-c",
				  "shared_buffers=32MB", NULL });
	postgres_url(url, "right", "postgres");
	for (int tries = 0; tries < 300 && PQping(url) != PQPING_OK; tries++)
		nanosleep(&(struct timespec){ .tv_nsec = 50 * 1000 * 1000 }, NULL);
	assert_int_equal(PQping(url), PQPING_OK);
}

static inline int engines_start(void **state)
{
	char cwd[4096];

	(void)state;
	assert_non_null(getcwd(cwd, sizeof(cwd)));
	postgres_start();
	assert_return_code(chdir(cwd), 0);
	return 0;
}

static inline int engines_stop(void **state)
{
	(void)state;
	if (server.pid > 0) {
		kill(server.pid, SIGINT);
		waitpid(server.pid, NULL, 0);
		remove_tree(server.dir);
	}
	return 0;
}

static inline void postgres_run(const char *sql)
{
	char url[160];
	PGconn *c;
	PGresult *r;

	postgres_url(url, "right", "postgres");
	c = PQconnectdb(url);
	r = PQexec(c, sql);
	if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
		print_error("%s: %s\n", sql, PQerrorMessage(c));
	PQclear(r);
	PQfinish(c);
}

/* A fresh folder and, on PostgreSQL, a fresh database. */
static inline int place_open(void **state)
{
	const struct engine *e = *state;
	struct place *p = calloc(1, sizeof(*p));
	char name[32], sql[64];

	*state = p;
	snprintf(p->dir, sizeof(p->dir), "/tmp/benkan-store-XXXXXX");
	if (!mkdtemp(p->dir))
		return -1;
	snprintf(p->url, sizeof(p->url), "sqlite");
	if (!e->postgres || server.missing) {
		if (e->postgres)
			p->url[0] = '\0';
		return 0;
	}
	snprintf(name, sizeof(name), "t%d", ++server.databases);
	snprintf(sql, sizeof(sql), "CREATE DATABASE %s", name);
	postgres_run(sql);
	postgres_url(p->url, "right", name);
	return 0;
}

static inline int place_close(void **state)
{
	struct place *p = *state;

	remove_tree(p->dir);
	free(p);
	return 0;
}

/* The place of this run; a test on PostgreSQL is skipped, aloud, where that is not installed.
 */
static inline struct place *place_of(void **state)
{
	struct place *p = *state;

	if (p->url[0] == '\0') {
		puts(server.missing);
		skip();
	}
	return p;
}

static inline bool on_postgres(const struct place *p)
{
	return strncmp(p->url, "postgresql:", 11) == 0;
}

#define ON(test, engine)                                                                       \
	{                                                                                      \
#test " (" #engine ")", test, place_open, place_close,                         \
			(void *)(uintptr_t)&engine_##engine                                    \
	}
#define BOTH(test)            ON(test, sqlite), ON(test, postgres)
#define run_on_engines(tests) cmocka_run_group_tests(tests, engines_start, engines_stop)

#endif
