/** Guards the text that Prometheus reads. */
import assert from "node:assert/strict";
import { Metrics } from "./metrics.ts";

Deno.test("a request is counted in every bucket that holds it, in the sum and in the count", () => {
  const metrics = new Metrics();
  metrics.countRequest("GET", "/invoices/:id", 200, 0.03);
  metrics.countRequest("GET", "/invoices/:id", 200, 0.2);
  metrics.countRequest("GET", "/invoices/:id", 200, 60);
  const text = metrics.toText([]);
  const labels = 'method="GET",route="/invoices/:id",status="200"';
  const of = (suffix: string, more = "") =>
    new RegExp(`^milepost_http_request_duration_seconds_${suffix}\\{.*${more}\\} (\\S+)$`, "m").exec(text)
      ?.[1];
  assert.equal(of("bucket", 'le="0.025"'), "0");
  assert.equal(of("bucket", 'le="0.05"'), "1");
  assert.equal(of("bucket", 'le="0.25"'), "2");
  assert.equal(of("bucket", 'le="\\+Inf"'), "3");
  assert.equal(of("count"), "3");
  assert.equal(of("sum"), "60.23");
  assert.ok(text.includes(`_count{${labels}} 3\n`));
});

Deno.test("routes, methods and statuses are series of their own", () => {
  const metrics = new Metrics();
  metrics.countRequest("GET", "/", 200, 0.01);
  metrics.countRequest("GET", "/", 500, 0.01);
  metrics.countRequest("POST", "/", 200, 0.01);
  assert.equal(metrics.toText([]).match(/_count\{/g)?.length, 3);
});

Deno.test("attempts of jobs are counted by kind and outcome", () => {
  const metrics = new Metrics();
  metrics.countJob("invoice.deliver", "done");
  metrics.countJob("invoice.deliver", "done");
  metrics.countJob("invoice.deliver", "failed");
  const text = metrics.toText([]);
  assert.ok(text.includes('milepost_job_attempts_total{kind="invoice.deliver",outcome="done"} 2\n'));
  assert.ok(text.includes('milepost_job_attempts_total{kind="invoice.deliver",outcome="failed"} 1\n'));
});

Deno.test("every family has one HELP and one TYPE line, and odd labels are escaped", () => {
  const text = new Metrics().toText([
    { name: "milepost_up", help: "One.", values: [{ value: 1 }] },
    { name: "milepost_odd", help: "Odd.", values: [{ labels: { what: 'a"b\\c\nd' }, value: 2 }] },
  ]);
  assert.ok(text.includes("# HELP milepost_up One.\n# TYPE milepost_up gauge\nmilepost_up 1\n"));
  assert.ok(text.includes('milepost_odd{what="a\\"b\\\\c\\nd"} 2\n'));
  assert.equal(text.match(/# TYPE/g)?.length, 4);
});
