"""Answers every request with the clinic's name."""
from http.server import BaseHTTPRequestHandler, HTTPServer


class Desk(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"clinic\n")


if __name__ == "__main__":
    HTTPServer(("", 8000), Desk).serve_forever()
