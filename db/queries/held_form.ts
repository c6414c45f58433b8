/** Forms that wait, sealed, until the person who sent them has proved who they are: found by the secret of their browser. */
import type { SystemDb } from "../system.ts";

/** Who may have a form back: this person on this browser. */
export interface FormHolder {
  tokenHash: Uint8Array;
  userId: string;
}

export interface HeldFormRow {
  id: string;
  tenantId: string;
  path: string;
  createdAt: Temporal.Instant;
}

export async function insertHeldForm(
  db: SystemDb,
  form: FormHolder & HeldFormRow & { sealed: Uint8Array; expiresAt: Temporal.Instant },
): Promise<void> {
  await db.query.insertInto("held_form").values({
    id: form.id,
    token_hash: form.tokenHash,
    user_id: form.userId,
    tenant_id: form.tenantId,
    path: form.path,
    body_sealed: form.sealed,
    created_at: form.createdAt,
    expires_at: form.expiresAt,
  }).execute();
}

/** The forms that wait for someone, newest first, whichever tenant they belong to. */
export async function listHeldForms(
  db: SystemDb,
  holder: FormHolder,
  now: Temporal.Instant,
): Promise<HeldFormRow[]> {
  return await db.query.selectFrom("held_form").where("token_hash", "=", holder.tokenHash)
    .where("user_id", "=", holder.userId).where("expires_at", ">", now)
    .select(["id", "tenant_id as tenantId", "path", "created_at as createdAt"])
    .orderBy("created_at", "desc").orderBy("id").execute();
}

/** Takes a form away for good and gives what was sealed; of two who take it at once, one gets it. */
export async function takeHeldForm(
  db: SystemDb,
  holder: FormHolder,
  form: Pick<HeldFormRow, "id" | "tenantId" | "path">,
  now: Temporal.Instant,
): Promise<Uint8Array | undefined> {
  const row = await db.query.deleteFrom("held_form").where("id", "=", form.id)
    .where("token_hash", "=", holder.tokenHash).where("user_id", "=", holder.userId)
    .where("tenant_id", "=", form.tenantId).where("path", "=", form.path).where("expires_at", ">", now)
    .returning("body_sealed").executeTakeFirst();
  return row?.body_sealed;
}

export async function deleteHeldForm(db: SystemDb, holder: FormHolder, id: string): Promise<void> {
  await db.query.deleteFrom("held_form").where("id", "=", id).where("token_hash", "=", holder.tokenHash)
    .where("user_id", "=", holder.userId).execute();
}

/** Keeps the newest forms of a person and deletes the others. */
export async function deleteOlderHeldForms(db: SystemDb, userId: string, kept: number): Promise<void> {
  await db.query.deleteFrom("held_form").where(
    "id",
    "in",
    ({ selectFrom }) =>
      selectFrom("held_form").select("id").where("user_id", "=", userId)
        .orderBy("created_at", "desc").orderBy("id").offset(kept),
  ).execute();
}

export async function deleteOldHeldForms(db: SystemDb, before: Temporal.Instant): Promise<void> {
  await db.query.deleteFrom("held_form").where("expires_at", "<=", before).execute();
}
