/** Guards the table of roles: who may do what, and who to ask. */
import assert from "node:assert/strict";
import { capabilities } from "../core/actor.ts";
import { type Money, money } from "../core/money.ts";
import {
  capabilitiesOf,
  decide,
  describeCapability,
  describeLimited,
  explainCapability,
  isRole,
  limitedCapabilities,
  requireOtherPerson,
  rightBeyond,
  type Rights,
  rightsOf,
  roles,
  rolesWith,
} from "./policy.ts";

const sorted = (set: ReadonlySet<string>) => [...set].sort();

Deno.test("an admin may do everything", () => {
  assert.deepEqual(sorted(capabilitiesOf(["admin"])), [...capabilities].sort());
});

Deno.test("a biller does all but approve, close the books, manage members and keys, change billing entities and their bank details, and read the audit trail", () => {
  const biller = capabilitiesOf(["biller"]);
  assert.deepEqual(
    capabilities.filter((capability) => !biller.has(capability)),
    [
      "entities.write",
      "bank_details.propose",
      "bank_details.approve",
      "invoices.approve",
      "ledger.close",
      "members.manage",
      "api_keys.manage",
      "privacy.manage",
      "audit.read",
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

const eur = (major: bigint) => money(major * 100n, "EUR");
const limited = (capability: string, currency: string, major: bigint) => ({
  capability,
  currency,
  most: major * 100n,
});
const lead = {
  capabilities: ["read", "invoices.approve"],
  limits: [limited("invoices.approve", "EUR", 10_000n)],
};

Deno.test("a role of one's own gives its rights up to its limit, and no other currency", () => {
  const rights = rightsOf([], [lead]);
  assert.deepEqual(decide(rights, "invoices.approve"), { isAllowed: true });
  assert.deepEqual(decide(rights, "invoices.approve", eur(10_000n)), { isAllowed: true });
  assert.deepEqual(decide(rights, "invoices.approve", money(1_000_001n, "EUR")), {
    isAllowed: false,
    reason: "You can approve invoices and runs of up to €10,000.00, and this is €10,000.01.",
  });
  assert.deepEqual(decide(rights, "invoices.approve", money(1n, "USD")), {
    isAllowed: false,
    reason: "You can approve invoices and runs in EUR only, and this is US$0.01.",
  });
  assert.deepEqual(decide(rights, "invoices.issue", eur(1n)), {
    isAllowed: false,
    reason: "You cannot issue invoices.",
  });
});

Deno.test("no limit stated is none, and roles add up to the widest", () => {
  const unlimited = { capabilities: ["invoices.approve"], limits: [] };
  const higher = {
    capabilities: ["invoices.approve"],
    limits: [limited("invoices.approve", "EUR", 20_000n)],
  };
  const dollars = { capabilities: ["invoices.approve"], limits: [limited("invoices.approve", "USD", 5n)] };
  const may = (rights: Rights, amount: Money) => decide(rights, "invoices.approve", amount).isAllowed;
  assert.ok(may(rightsOf([], [unlimited]), eur(10n ** 9n)));
  assert.ok(may(rightsOf([], [lead, unlimited]), eur(10n ** 9n)));
  assert.ok(may(rightsOf(["approver"], [lead]), eur(10n ** 9n)));
  assert.ok(may(rightsOf([], [lead, higher]), eur(20_000n)));
  assert.ok(may(rightsOf([], [higher, lead]), eur(20_000n)));
  assert.ok(!may(rightsOf([], [lead, higher]), eur(20_001n)));
  assert.ok(may(rightsOf([], [lead, dollars]), money(500n, "USD")));
  assert.ok(!may(rightsOf(["viewer"], [lead]), eur(10_001n)));
});

Deno.test("a limit or a right that nobody knows gives nothing", () => {
  const odd = { capabilities: ["owner", "toString"], limits: [limited("invoices.approve", "EUR", 5n)] };
  assert.equal(rightsOf([], [odd]).capabilities.size, 0);
});

Deno.test("nobody gives what they do not have, nor more of it", () => {
  const own = rightsOf(["viewer"], [{ ...lead, capabilities: [...lead.capabilities, "members.manage"] }]);
  assert.equal(rightBeyond(own, rightsOf([], [lead])), null);
  assert.equal(rightBeyond(own, rightsOf(["biller"])), "add or change customers");
  assert.equal(
    rightBeyond(own, rightsOf([], [{ ...lead, limits: [] }])),
    "approve invoices without a limit",
  );
  const more = { ...lead, limits: [limited("invoices.approve", "EUR", 10_001n)] };
  assert.equal(rightBeyond(own, rightsOf([], [more])), "approve invoices of up to €10,001.00");
  const other = { ...lead, limits: [limited("invoices.approve", "USD", 1n)] };
  assert.equal(rightBeyond(own, rightsOf([], [other])), "approve invoices of up to US$1.00");
  assert.equal(rightBeyond(rightsOf(["admin"]), rightsOf([...roles], [lead, more])), null);
});

Deno.test("whoever asked is not who approves", () => {
  assert.throws(() => requireOtherPerson("user:1", "user:1", "prepared this run"), {
    name: "NotPermitted",
    message: /You prepared this run, so another person approves it/,
  });
  requireOtherPerson("user:1", "user:2", "prepared this run");
});

Deno.test("each capability is explained, and each limit has words", () => {
  for (const capability of capabilities) assert.match(explainCapability(capability), /^[A-Z].{20,}\.$/);
  for (const capability of limitedCapabilities) {
    assert.ok(capabilities.includes(capability));
    assert.ok(describeLimited(capability).length > 5);
  }
});
