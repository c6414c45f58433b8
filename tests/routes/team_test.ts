/** The pages of the team as people use them: invite, join, change, remove, and roles of one's own, without script. */
import assert from "node:assert/strict";
import { testApp, type Visitor } from "../support/app.ts";
import { fieldsOf, readPage, sendForm, sendRefusedForm, wordsOf } from "../support/pages.ts";
import { withTenant } from "../../db/tenant.ts";

const app = await testApp();
Deno.test.afterAll(() => app.stop());

const shown = async (path: string, visitor: Visitor, status?: number) =>
  wordsOf(await readPage(app, path, visitor, status));

/** Sends the form of a page that posts to its own address, with some values typed. */
async function send(path: string, typed: Record<string, string>, visitor: Visitor): Promise<string> {
  const form = fieldsOf(await readPage(app, path, visitor), path);
  return await sendForm(app, path, { ...form, ...typed }, visitor);
}

async function newTeam(): Promise<{ tenantId: string; admin: Visitor }> {
  const tenantId = await app.newTenant();
  return { tenantId, admin: await app.visitor(tenantId, "admin") };
}

/** The link that the page of an invitation shows once. */
function linkIn(page: string): string {
  const found = /\/invitation\/[\w-]{65}/.exec(page);
  assert.ok(found, wordsOf(page));
  return found[0];
}

async function sendInvitation(admin: Visitor, email: string, ...roles: string[]): Promise<string> {
  const ticked = Object.fromEntries(roles.map((role) => [`role-${role}`, "yes"]));
  const answer = await app.post("/team/invite", { email, ...ticked }, admin);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  return linkIn(await answer.text());
}

Deno.test("someone new is invited, joins with a name and a password, and is on the team", async () => {
  const { admin } = await newTeam();
  const link = await sendInvitation(admin, "new.person@calder.example", "viewer");
  assert.match(await shown("/team", admin), /Invited.*new\.person@calder\.example.*Viewer/);
  const door = wordsOf(await (await app.get(link)).text());
  assert.match(door, /invites new\.person@calder\.example to work for/);
  const form = { name: "Tom Okafor", password: "seven vans in a row" };
  const weak = await app.post(link, { ...form, password: "short" });
  assert.equal(weak.status, 422);
  assert.match(await weak.text(), /value="Tom Okafor"/);
  const joined = await app.post(link, form);
  assert.equal(joined.status, 303, await joined.text());
  const cookie = joined.headers.get("set-cookie")!.split(";")[0];
  assert.match(wordsOf(await (await app.get("/team", undefined, { cookie })).text()), /Tom Okafor \(you\)/);
  const used = await app.get(link);
  assert.equal(used.status, 410);
  await used.body?.cancel();
  assert.match(await shown("/team", admin), /Tom Okafor.*Nobody is invited/);
});

Deno.test("whoever has an account signs in and joins; someone else's link says whose it is", async () => {
  const { tenantId, admin } = await newTeam();
  const other = await newTeam();
  const person = await app.visitor(other.tenantId, "viewer");
  const link = await sendInvitation(admin, person.email, "biller");
  const refused = await app.post(link, { name: "Thief", password: "seven vans in a row" });
  assert.equal(refused.status, 422);
  assert.match(wordsOf(await refused.text()), /has an account already. Sign in with it/);
  const stranger = await app.visitor(other.tenantId, "viewer");
  const wrongPerson = await (await app.get(link, stranger)).text();
  assert.match(wordsOf(wrongPerson), /You are signed in as .* Sign out, then sign in as/);
  assert.ok(wrongPerson.includes(`action="/sign-out?next=${encodeURIComponent(link)}"`));
  const taken = await app.post(link, {}, stranger);
  assert.equal(taken.status, 403);
  await taken.body?.cancel();
  const joined = await app.post(link, {}, person);
  assert.equal(joined.headers.get("location"), "/");
  const now = { ...person, cookie: joined.headers.getSetCookie()[0].split(";")[0] };
  const members = await withTenant(
    app.environment.database,
    tenantId,
    (db) => db.sql<{ roles: string[] }[]>`select roles from membership where user_id = ${person.userId}`,
  );
  assert.deepEqual(members.map(({ roles }) => roles), [["biller"]]);
  assert.match(await shown("/customers/new", now), /Add a customer/);
});

Deno.test("an invitation is sent again, which ends the old link, and withdrawn", async () => {
  const { admin } = await newTeam();
  const first = await sendInvitation(admin, "late@calder.example", "viewer");
  const path = /\/team\/invitations\/[\w-]+/.exec(await readPage(app, "/team", admin))![0];
  const again = await app.post(path, { do: "again" }, admin);
  const second = linkIn(await again.text());
  const statusOf = async (link: string) => {
    const answer = await app.get(link);
    await answer.body?.cancel();
    return answer.status;
  };
  assert.deepEqual([await statusOf(first), await statusOf(second)], [410, 200]);
  assert.equal(await sendForm(app, path, { do: "withdraw" }, admin), "/team?done=withdrawn");
  assert.equal(await statusOf(second), 410);
  assert.equal((await app.get(path, admin)).status, 404);
});

Deno.test("roles change at once where the person is signed in, and leaving ends the session", async () => {
  const { tenantId, admin } = await newTeam();
  const person = await app.visitor(tenantId, "viewer");
  const here = `/team/members/${person.userId}`;
  assert.match(await shown("/customers/new", person, 403), /You cannot add or change customers/);
  assert.equal(await send(here, { "role-biller": "yes" }, admin), "/team?done=changed");
  await readPage(app, "/customers/new", person);
  assert.equal(await sendForm(app, `${here}/remove`, {}, admin), "/team?done=removed");
  const answer = await app.get("/customers", person);
  assert.equal(answer.status, 303);
  assert.match(answer.headers.get("location")!, /^\/sign-in/);
});

Deno.test("a form without a role comes back and says so; one's own roles stay", async () => {
  const { tenantId, admin } = await newTeam();
  const person = await app.visitor(tenantId, "viewer");
  const refused = await sendRefusedForm(app, `/team/members/${person.userId}`, { key: "k" }, admin);
  assert.match(wordsOf(refused), /Choose one role or more/);
  assert.match(
    await shown(`/team/members/${admin.userId}`, admin),
    /Nobody changes what they may do themselves/,
  );
  const own = await app.post(`/team/members/${admin.userId}`, { key: "k", "role-viewer": "yes" }, admin);
  assert.equal(own.status, 403);
  await own.body?.cancel();
});

Deno.test("a role of one's own is made with a limit, given, shown, changed, and deleted once nobody has it", async () => {
  const { tenantId, admin } = await newTeam();
  const typed = {
    name: "Depot lead",
    description: "Checks what the depot bills.",
    "can-invoices.approve": "yes",
    "limit-invoices.approve": "10,000 EUR\r\n9000 gbp",
  };
  const refused = await sendRefusedForm(app, "/team/roles/new", {
    ...typed,
    key: "k",
    "limit-payments.record": "5 EUR",
  }, admin);
  assert.match(wordsOf(refused), /Tick this right too, or leave its limit empty/);
  assert.match(refused, /value="Depot lead"/);
  assert.equal(await send("/team/roles/new", typed, admin), "/team/roles?done=made");
  const page = await readPage(app, "/team/roles", admin);
  assert.match(wordsOf(page), /Depot lead.*Approve invoices, up to 10,000\.00 EUR or 9,000\.00 GBP/);
  const here = /\/team\/roles\/[\w-]{36}/.exec(page)![0];
  const person = await app.visitor(tenantId, "viewer");
  const member = `/team/members/${person.userId}`;
  await send(member, { [`role-${here.split("/").at(-1)}`]: "yes" }, admin);
  assert.match(await shown("/team", person), /Depot lead/);
  assert.match(await shown("/account", person), /Depot lead/);
  assert.match(await shown(here, admin), /1 on the team or invited have it/);
  const inUse = await app.post(`${here}/delete`, {}, admin);
  assert.equal(inUse.status, 409);
  await inUse.body?.cancel();
  assert.equal(await send(here, { "limit-invoices.approve": "" }, admin), "/team/roles?done=changed");
  assert.doesNotMatch(await shown("/team/roles", admin), /up to 10,000/);
  await sendForm(app, member, { key: crypto.randomUUID(), "role-viewer": "yes" }, admin);
  assert.equal(await sendForm(app, `${here}/delete`, {}, admin), "/team/roles?done=deleted");
});

Deno.test("everyone sees the team and the roles; who cannot change them learns whom to ask", async () => {
  const { tenantId, admin } = await newTeam();
  const viewer = await app.visitor(tenantId, "viewer");
  await sendInvitation(admin, "secret.guest@calder.example", "viewer");
  const team = await shown("/team", viewer);
  assert.match(team, /You cannot add or change people. Ask .*who can/);
  assert.doesNotMatch(team, /secret\.guest|Last seen|Invite someone/);
  assert.match(await shown("/team/roles", viewer), /Say yes to a draft or a whole run/);
  const refused = await shown("/team/roles/new", viewer, 403);
  assert.match(refused, /You cannot add or change members.*Who can: .*admin/);
});
