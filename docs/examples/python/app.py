"""A voice mailbox: rings the owner, and takes a message when nobody answers."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

RING = """<Response>
  <Dial timeout="15" action="/rung"><Client>bob</Client></Dial>
</Response>"""

ASK = """<Response>
  <Say>Please leave a message.</Say>
  <Record maxLength="60" timeout="3" finishOnKey="#" action="/recorded" recordingStatusCallback="/recording"/>
</Response>"""

THANKS = "<Response><Say>Thank you, good bye.</Say></Response>"
NOTHING = "<Response/>"


class Application(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        parameters = {name: values[-1] for name, values in parse_qs(body).items()}
        self.reply(self.document(parameters))

    def document(self, parameters):
        if self.path == "/voice":
            return RING
        if self.path == "/rung":
            return NOTHING if parameters["DialCallStatus"] == "completed" else ASK
        if self.path == "/recorded":
            return THANKS
        return NOTHING

    def reply(self, document):
        content = document.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


if __name__ == "__main__":
    port = int(os.environ.get("PORT", "3000"))
    ThreadingHTTPServer(("127.0.0.1", port), Application).serve_forever()
