/** Guards the table of roles: who may do what, and who to ask. */
import assert from "node:assert/strict";
import { capabilities } from "../core/actor.ts";
import { capabilitiesOf, describeCapability, isRole, roles, rolesWith } from "./policy.ts";

const sorted = (set: ReadonlySet<string>) => [...set].sort();

Deno.test("an admin may do everything", () => {
  assert.deepEqual(sorted(capabilitiesOf(["admin"])), [...capabilities].sort());
});

Deno.test("a biller does all but approve, manage members and keys, and change billing entities and their bank details", () => {
  const biller = capabilitiesOf(["biller"]);
  assert.deepEqual(
    capabilities.filter((capability) => !biller.has(capability)),
    [
      "entities.write",
      "bank_details.propose",
      "bank_details.approve",
      "invoices.approve",
      "members.manage",
      "api_keys.manage",
    ],
  );
});

Deno.test("an approver reads, approves, issues and sends, and nothing else", () => {
  assert.deepEqual(
    sorted(capabilitiesOf(["approver"])),
    ["bank_details.approve", "invoices.approve", "invoices.issue", "invoices.send", "read"],
  );
});

Deno.test("a viewer only reads", () => {
  assert.deepEqual(sorted(capabilitiesOf(["viewer"])), ["read"]);
});

Deno.test("roles add up", () => {
  const both = capabilitiesOf(["biller", "approver"]);
  assert.ok(both.has("invoices.approve") && both.has("usage.import"));
  assert.ok(!both.has("members.manage"));
});

Deno.test("an unknown role gives nothing", () => {
  assert.equal(capabilitiesOf(["owner", "constructor", ""]).size, 0);
  assert.ok(!isRole("toString"));
});

Deno.test("every capability has someone who can grant or do it, and says what it is", () => {
  for (const capability of capabilities) {
    assert.ok(rolesWith(capability).includes("admin"), capability);
    assert.ok(describeCapability(capability).length > 5, capability);
  }
  assert.deepEqual(rolesWith("invoices.approve"), ["admin", "approver"]);
  assert.equal(roles.length, 4);
});
