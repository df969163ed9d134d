"""A mail server of few words: python3 mail_server.py DIR [CERT KEY].

Prints its port, keeps each message it takes as DIR/N.eml, and logs every command in DIR/log.  An address that begins
with nobody is refused for good; DIR/busy, while it is there, has the next message put off (it is then removed); DIR/deaf makes
it hang up after a message without an answer.  With CERT and KEY it takes mail by STARTTLS alone, from demo with password
"un secret".
"""
import base64
import os
import socketserver
import ssl
import sys

home = sys.argv[1]
context = None
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])


def gone(name):
    path = os.path.join(home, name)
    if not os.path.exists(path):
        return False
    os.unlink(path)
    return True


class Session(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def data(self):
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        if gone("deaf"):
            return False
        n = len([f for f in os.listdir(home) if f.endswith(".eml")])
        with open(os.path.join(home, f"{n}.eml"), "wb") as out:
            out.write(b"".join(lines))
        self.say("250 taken")
        return True

    def start_tls(self):
        self.say("220 go")
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.safe = True

    def handle(self):
        self.safe, self.known = context is None, context is None
        self.say("220 here")
        while line := self.rfile.readline():
            word, _, rest = line.decode().strip().partition(" ")
            with open(os.path.join(home, "log"), "a") as log:
                log.write(f"{word.upper()} {rest}\n")
            if word.upper() == "EHLO":
                self.say("250-here")
                self.say("250-STARTTLS" if context and not self.safe else "250-8BITMIME")
                self.say("250 AUTH PLAIN" if context and self.safe else "250 SIZE 10000000")
            elif word.upper() == "STARTTLS" and context:
                self.start_tls()
            elif word.upper() == "AUTH":
                self.say("334 ")
                said = base64.b64decode(self.rfile.readline())
                self.known = said == "\0demo\0un secret".encode()
                self.say("235 welcome" if self.known else "535 no")
            elif word.upper() == "QUIT":
                self.say("221 bye")
                return
            elif not self.known:
                self.say("530 who are you")
            elif word.upper() == "RCPT" and "<nobody" in rest:
                self.say("550 nobody here")
            elif word.upper() == "RCPT" and gone("busy"):
                self.say("451 later")
            elif word.upper() == "DATA":
                if not self.data():
                    return
            else:
                self.say("250 yes")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


with Server(("127.0.0.1", 0), Session) as server:
    with open(os.path.join(home, "port"), "w") as out:
        out.write(str(server.server_address[1]))
    server.serve_forever()
