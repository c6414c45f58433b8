/** The table of errors and what the outside sees of it. */
import assert from "node:assert/strict";
import { errorCode, type ErrorName, errors, milepostError, problemJson, problemResponse } from "./errors.ts";

Deno.test("the code of an error is its name in snake_case", () => {
  assert.equal(errorCode("KeyReused"), "key_reused");
  assert.equal(errorCode("NotFound"), "not_found");
  const codes = (Object.keys(errors) as ErrorName[]).map(errorCode);
  assert.equal(new Set(codes).size, codes.length);
});

Deno.test("every row has a status of failure and whole sentences", () => {
  for (const [name, { status, message }] of Object.entries(errors)) {
    assert.ok(status >= 400 && status < 600, name);
    assert.match(message, /^[A-Z].*\.$/, name);
  }
});

Deno.test("a problem names field, value, rule and example, and the request", () => {
  const error = milepostError("InvalidInput", {
    message: "The end is before the start.",
    fields: [{
      field: "end",
      value: "2024-01-01",
      rule: "Use a day after the start.",
      example: "2024-02-01",
    }],
  });
  assert.deepEqual(problemJson(error, "r1"), {
    type: "/problems/invalid_input",
    title: "Invalid input",
    status: 422,
    detail: "The end is before the start.",
    code: "invalid_input",
    fields: [{
      field: "end",
      value: "2024-01-01",
      rule: "Use a day after the start.",
      example: "2024-02-01",
    }],
    requestId: "r1",
  });
});

Deno.test("a long value is cut", () => {
  const [field] = milepostError("InvalidInput", { fields: [{ value: "x".repeat(1_000_000) }] }).fields;
  assert.equal(field.value, `${"x".repeat(200)}…`);
});

Deno.test("a defect shows nothing of itself", async () => {
  const response = problemResponse(new Error("password=hunter2"), "r1");
  const body = await response.text();
  assert.equal(response.status, 500);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.doesNotMatch(body, /hunter2/);
  assert.match(body, /"requestId":"r1"/);
});

Deno.test("a failure of the database answers 503 with a time to come back, and names no host", async () => {
  const failure = Object.assign(new Error("No Postgres answers at db.internal:5432."), {
    name: "DatabaseUnavailable",
  });
  const response = problemResponse(failure, "r1");
  assert.equal(response.status, 503);
  assert.equal(response.headers.get("retry-after"), "5");
  assert.doesNotMatch(await response.text(), /db\.internal/);
});
