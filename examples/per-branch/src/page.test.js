const { readFileSync } = require("node:fs");
const { test } = require("node:test");
const assert = require("node:assert");

test("the page has its name", () => {
  assert.match(readFileSync(`${__dirname}/index.html`, "utf8"), /<h1>board<\/h1>/);
});
