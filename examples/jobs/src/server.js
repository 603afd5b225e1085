const http = require("node:http");

http.createServer((_, response) => response.end("mill\n")).listen(3000);
