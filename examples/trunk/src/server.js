const http = require("node:http");

http.createServer((_, response) => response.end("notes\n")).listen(3000);
