/**
 * Forms that someone sent when the session was over, or when they had to prove again who they are. What was typed waits, sealed, for the
 * same person on the same browser, and is sent once, to the address it came to.
 */
import { Buffer } from "node:buffer";
import {
  deleteHeldForm,
  deleteOlderHeldForms,
  type FormHolder,
  type HeldFormRow,
  insertHeldForm,
  listHeldForms,
  takeHeldForm,
} from "../../db/queries/held_form.ts";
import { withSystem } from "../../db/system.ts";
import { newId } from "../core/clock.ts";
import type { Environment } from "../core/command.ts";
import { unreadable } from "../core/secrets.ts";
import { hashToken, newToken } from "./sessions.ts";

export type HoldingEnvironment = Pick<Environment, "database" | "clock" | "secrets">;

/** How long a form waits. */
export const heldMinutes = 30;
/** A larger one, with a file of usage for example, is not kept; the page says so. */
export const largestHeldBytes = 1_000_000;
/** Of one person. Whoever leaves more forms behind loses the oldest. */
const mostHeld = 10;

/** A form as the browser sent it. */
export interface SentForm {
  /** With the query. */
  path: string;
  contentType: string;
  body: Uint8Array<ArrayBuffer>;
}

/** Whom a form waits for: a person, on the browser that holds this secret. */
export interface Holder {
  /** Null before the browser holds a secret. */
  token: string | null;
  userId: string;
}

export type HeldForm = HeldFormRow;

/** Keeps a form; gives its id, and the secret for the browser to hold. */
export async function holdForm(
  { database, clock, secrets }: HoldingEnvironment,
  holder: Holder & { tenantId: string },
  form: SentForm,
): Promise<{ id: string; token: string }> {
  const { userId, tenantId } = holder;
  const id = newId<"held form">();
  const token = holder.token ?? newToken();
  const sealed = await secrets.seal(contextOf(tenantId, id), pack(form));
  const now = clock.now();
  await withSystem(database, async (db) => {
    await insertHeldForm(db, {
      id,
      tokenHash: hashToken(token),
      userId,
      tenantId,
      path: form.path,
      sealed,
      createdAt: now,
      expiresAt: now.add({ minutes: heldMinutes }),
    });
    await deleteOlderHeldForms(db, userId, mostHeld);
  });
  return { id, token };
}

/** The forms that wait for a person on a browser, newest first. */
export async function findHeldForms(
  { database, clock }: HoldingEnvironment,
  holder: Holder,
): Promise<HeldForm[]> {
  const rowHolder = rowHolderOf(holder);
  if (!rowHolder) return [];
  return await withSystem(database, (db) => listHeldForms(db, rowHolder, clock.now()), { readOnly: true });
}

/**
 * Takes a form away for good and gives it; null where none waits for this person, browser, tenant and path. Throws `SecretUnreadable` for
 * one that was tampered with and `SecretsUnavailable`; then it waits on.
 */
export async function takeForm(
  { database, clock, secrets }: HoldingEnvironment,
  holder: Holder & { tenantId: string },
  { id, path }: { id: string; path: string },
): Promise<SentForm | null> {
  const rowHolder = rowHolderOf(holder);
  if (!rowHolder) return null;
  const { tenantId } = holder;
  return await withSystem(database, async (db) => {
    const sealed = await takeHeldForm(db, rowHolder, { id, tenantId, path }, clock.now());
    if (!sealed) return null;
    const form = unpack(await secrets.open(contextOf(tenantId, id), sealed));
    // The row may have been changed; what was sealed with the body was not.
    if (form.path !== path) throw unreadable();
    return form;
  });
}

/** Throws a form away. */
export async function discardForm(
  { database }: HoldingEnvironment,
  holder: Holder,
  id: string,
): Promise<void> {
  const rowHolder = rowHolderOf(holder);
  if (rowHolder) await withSystem(database, (db) => deleteHeldForm(db, rowHolder, id));
}

function rowHolderOf({ token, userId }: Holder): FormHolder | null {
  return token === null ? null : { tokenHash: hashToken(token), userId };
}

function contextOf(tenantId: string, id: string) {
  return { tenantId, record: `held_form:${id}` };
}

/** One line of JSON says where it was sent and how it is written; then comes the body. */
function pack({ path, contentType, body }: SentForm): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ path, contentType })}\n`), body]);
}

function unpack(plain: Uint8Array): SentForm {
  const bytes = Buffer.from(plain);
  const end = bytes.indexOf("\n");
  const { path, contentType } = JSON.parse(bytes.toString("utf8", 0, end));
  return { path, contentType, body: new Uint8Array(bytes.subarray(end + 1)) };
}
