/** What people who attack type into fields: short, one of each kind. */

export const payloads: readonly string[] = [
  "' or '1'='1",
  "1; drop table invoice; --",
  '") union select null, version() --',
  "\\",
  "\0",
  "%00%0d%0a",
  "\r\nx-injected: yes",
  "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
  "{{7*7}}${7*7}<%= 7*7 %>",
  "../../../../etc/passwd",
  "=cmd|' /C calc'!A0",
  "-1",
  "1e309",
  "9".repeat(400),
  "a".repeat(70_000),
  "\ud800",
  "𝕬\u202e\u0000",
  "[object Object]",
  "__proto__",
  "$where",
];

/** Words of a database or of a stack, which no answer may hold. */
export const innards =
  /PostgresError|SQLSTATE|syntax error at or near|relation "|column "[^"]*" of|invalid input syntax|duplicate key value|violates|at async |\.ts:\d+|node_modules|root:x:0:0/;
