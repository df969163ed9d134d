/*
 * Mail handed to a server (RFC 5321), over libcurl: with TLS always, unless the server is this
 * machine; the name and password, if any, are asked for by the server.
 */
#ifndef WIRE_SMTP_H
#define WIRE_SMTP_H
#include "base/err.h"

struct smtp_server {
	const char *url;             /* smtp://HOST:PORT (STARTTLS) or smtps://HOST:PORT */
	const char *user, *password; /* NULL: none */
	const char *ca;              /* PEM file of who vouches for it; NULL: the system's */
};
struct smtp;
/* ERR_INPUT when the address is none. */
bool smtp_open(const struct smtp_server *server, struct smtp **out, struct err *err) MUST_USE;
void smtp_close(struct smtp *s);
/*
 * One message; connections are kept for the next.  ERR_UNREACHABLE: it has not been taken and
 * may be sent again later; ERR_DENIED: the server refuses it, or these credentials, for good.
 */
bool smtp_send(struct smtp *s, struct str from, struct str to, struct str message,
	       struct err *err) MUST_USE;

#endif
