/** Guards bank details: two people, one change at a time, sealed numbers that stand nowhere else, and only what a bank could have. */
import assert from "node:assert/strict";
import { withSystem } from "../../db/system.ts";
import { withTenant } from "../../db/tenant.ts";
import { insertTestBusiness, type TestBusiness } from "../../tests/support/billing.ts";
import { testUser } from "../../tests/support/command.ts";
import { testDatabase } from "../../tests/support/database.ts";
import { environmentOf } from "../../tests/support/environment.ts";
import { startVaultServer } from "../../tests/support/vault_server.ts";
import type { Actor } from "../core/actor.ts";
import { FixedClock } from "../core/clock.ts";
import { execute } from "../core/command.ts";
import { type ErrorName, isMilepostError, type MilepostError } from "../core/errors.ts";
import { envelopeSecrets } from "../core/secrets.ts";
import { vaultKeyRing } from "../integrations/keys/vault_transit.ts";
import type { BankAccountInput } from "./bank_account.ts";
import { approveBankDetails, proposeBankDetails, refuseBankDetails } from "./bank_details.ts";
import { findOpenBankDetails, openBankDetails } from "./views.ts";

const { database, drop } = await testDatabase();
Deno.test.afterAll(drop);
const environment = environmentOf(database, new FixedClock("2024-06-03T09:00:00Z"));
const proposer: Actor = testUser("00000000-0000-7000-8000-000000000001");
const approver: Actor = { ...proposer, id: "00000000-0000-7000-8000-000000000002" };
const account: BankAccountInput = {
  accountHolder: "Calder Fleet Services Ltd",
  iban: "gb29 nwbk 6016 1331 9268 19",
  accountNumber: "",
  routingNumber: "",
  bic: "nwbkgb2l",
  bankName: "",
};
const german = { ...account, iban: "DE89 3704 0044 0532 0130 00", bic: "" };

const propose = ({ tenantId, entityId }: TestBusiness, change: Partial<BankAccountInput> = {}) =>
  execute(environment, proposeBankDetails, { tenantId, actor: proposer }, {
    billingEntityId: entityId,
    ...account,
    ...change,
  });
const decide = (
  { tenantId }: TestBusiness,
  command: typeof approveBankDetails,
  { bankDetailsId }: { bankDetailsId: string },
  actor = approver,
) => execute(environment, command, { tenantId, actor }, { bankDetailsId });
const open = ({ tenantId, entityId }: TestBusiness) =>
  withTenant(database, tenantId, (db) => findOpenBankDetails(db, entityId));

async function refused(work: Promise<unknown>, name: ErrorName): Promise<MilepostError> {
  const error = await work.then(() => undefined, (reason) => reason);
  assert.ok(isMilepostError(error, name), `${name} expected, not ${error}`);
  return error;
}

Deno.test("details are in force once another person approved them, and the next ones take their place", async () => {
  const business = await insertTestBusiness(database);
  const first = await propose(business);
  const waiting = await open(business);
  assert.equal(waiting.inForce, undefined);
  assert.deepEqual([waiting.proposed?.kind, waiting.proposed?.ending], ["iban", "6819"]);
  await decide(business, approveBankDetails, first);
  const { inForce } = await open(business);
  assert.deepEqual(await openBankDetails(environment.secrets, business.tenantId, inForce!), {
    accountHolder: "Calder Fleet Services Ltd",
    iban: "GB29NWBK60161331926819",
    accountNumber: null,
    routingNumber: null,
    bic: "NWBKGB2L",
    bankName: null,
  });
  const second = await propose(business, german);
  assert.equal((await open(business)).inForce?.id, first.bankDetailsId, "a proposal changes nothing");
  await decide(business, approveBankDetails, second);
  const after = await open(business);
  assert.deepEqual([after.inForce?.id, after.proposed], [second.bankDetailsId, undefined]);
});

Deno.test("who proposed may not approve, whatever their rights, and neither may the database be talked into it", async () => {
  const business = await insertTestBusiness(database);
  const proposal = await propose(business);
  const error = await refused(decide(business, approveBankDetails, proposal, proposer), "NotPermitted");
  assert.match(error.message, /You proposed these bank details, so another person approves them/);
  assert.equal((await open(business)).proposed?.id, proposal.bankDetailsId);
  await assert.rejects(
    withTenant(
      database,
      business.tenantId,
      (db) =>
        db.sql`update bank_details set state = 'in_force', decided_by = proposed_by, decided_at = now()`,
    ),
    /bank_details_four_eyes/,
  );
  const reader = { ...approver, capabilities: new Set(["read"] as const) };
  await refused(decide(business, approveBankDetails, proposal, reader), "NotPermitted");
});

Deno.test("one change waits at a time; refused or taken back it leaves what was, and is decided once", async () => {
  const business = await insertTestBusiness(database);
  const first = await propose(business);
  await refused(propose(business, german), "AlreadyExists");
  await decide(business, refuseBankDetails, first, proposer);
  assert.deepEqual(await open(business), { inForce: undefined, proposed: undefined });
  await refused(decide(business, approveBankDetails, first), "IllegalTransition");
  for (let round = 0; round < 20; round++) {
    const next = await propose(business, german);
    const all = await Promise.allSettled(
      [approveBankDetails, refuseBankDetails, approveBankDetails, refuseBankDetails]
        .map((command) => decide(business, command, next)),
    );
    assert.equal(all.filter(({ status }) => status === "fulfilled").length, 1);
    const others = all.flatMap((one) => one.status === "rejected" ? [one.reason.name] : []);
    assert.deepEqual([...new Set(others)], ["IllegalTransition"]);
  }
});

Deno.test("another tenant neither proposes, sees nor decides", async () => {
  const [mine, theirs] = [await insertTestBusiness(database), await insertTestBusiness(database)];
  const proposal = await propose(mine);
  await refused(propose({ ...theirs, entityId: mine.entityId }), "NotFound");
  await refused(decide(theirs, approveBankDetails, proposal), "NotFound");
  assert.deepEqual(await open({ ...theirs, entityId: mine.entityId }), {
    inForce: undefined,
    proposed: undefined,
  });
  const { proposed } = await open(mine);
  await refused(openBankDetails(environment.secrets, theirs.tenantId, proposed!), "SecretUnreadable");
});

Deno.test("the number stands in no table, no trail and no refusal", async () => {
  const business = await insertTestBusiness(database);
  await decide(business, approveBankDetails, await propose(business));
  const stored = await withSystem(database, async (db) => {
    const rows = await Promise.all([
      db.sql`select row_to_json(t)::text as text from bank_details t`,
      db.sql`select row_to_json(t)::text as text from audit_event t`,
      db.sql`select row_to_json(t)::text as text from outbox t`,
      db.sql`select row_to_json(t)::text as text from idempotency_key t`,
    ]);
    return rows.flat().map(({ text }) => text).join("\n");
  });
  assert.match(stored, /bank_details.propose/);
  for (const part of ["60161331926819", "NWBK", "Calder Fleet"]) {
    assert.ok(!stored.includes(part) && !stored.includes(Buffer.from(part).toString("hex")), part);
  }
  const error = await refused(propose(business, { iban: "DE88 3704 0044 0532 0130 00" }), "InvalidInput");
  assert.ok(!JSON.stringify([error.message, error.fields]).includes("3704"));
  assert.match(error.message, /check digits do not fit/);
});

Deno.test("what no bank could have is refused, each field with its rule", async () => {
  const business = await insertTestBusiness(database);
  const cases: [Partial<BankAccountInput>, string, RegExp][] = [
    [{ iban: "GB29 NWBK 6016 1331 9268" }, "iban", /has 22 characters; this has 20/],
    [{ iban: "" }, "iban", /IBAN, or the account number/],
    [{ accountNumber: "31926819" }, "iban", /not both/],
    [{ iban: "", accountNumber: "31926819" }, "routingNumber", /routing number/],
    [{ iban: "", accountNumber: "12", routingNumber: "601613" }, "accountNumber", /4 to 34/],
    [{ iban: "", accountNumber: "31926819", routingNumber: "60 16 XX" }, "routingNumber", /3 to 12 digits/],
    [{ bic: "NWBK" }, "bic", /8 or 11 characters/],
    [{ accountHolder: " " }, "accountHolder", /Fill in/],
  ];
  for (const [change, field, said] of cases) {
    const error = await refused(propose(business, change), "InvalidInput");
    assert.equal(error.fields[0].field, field);
    assert.match(error.message, said);
  }
  assert.deepEqual(await open(business), { inForce: undefined, proposed: undefined });
  await propose(business, { iban: "", accountNumber: "1926819", routingNumber: "60-16-13" });
  assert.deepEqual([(await open(business)).proposed?.kind, (await open(business)).proposed?.ending], [
    "account",
    "19",
  ]);
});

Deno.test("an American routing number has its check digit", async () => {
  const business = await insertTestBusiness(database);
  await withSystem(
    database,
    (db) => db.sql`update billing_entity set country = 'US' where tenant_id = ${business.tenantId}`,
  );
  const american = { iban: "", accountNumber: "000123456789" };
  const error = await refused(propose(business, { ...american, routingNumber: "021000022" }), "InvalidInput");
  assert.match(error.message, /nine digits of the bank's ABA number/);
  await propose(business, { ...american, routingNumber: "021000021" });
});

Deno.test("while Vault is away nothing is half-proposed, and when it is back the same press counts once", async () => {
  const business = await insertTestBusiness(database);
  const vault = startVaultServer();
  try {
    const settings = { address: vault.url, token: vault.token, mount: "transit", keyName: "milepost" };
    const secrets = envelopeSecrets(vaultKeyRing(settings));
    const press = () =>
      execute(
        { ...environment, secrets },
        proposeBankDetails,
        { tenantId: business.tenantId, actor: proposer, key: "press" },
        { billingEntityId: business.entityId, ...account },
      );
    vault.sealed = true;
    const error = await refused(press(), "SecretsUnavailable");
    assert.equal(error.status, 503);
    assert.deepEqual(await open(business), { inForce: undefined, proposed: undefined });
    vault.sealed = false;
    assert.deepEqual(await press(), await press());
    const { proposed } = await open(business);
    assert.equal((await openBankDetails(secrets, business.tenantId, proposed!)).bic, "NWBKGB2L");
  } finally {
    await vault.stop();
  }
});
