/** The buyer on an issued document: who it is and where, encrypted; what tax and paper are chosen by stays in clear. */
import type { TenantCipher } from "../tenant_cipher.ts";

/** As the table has it; one of an earlier version, or of an erased customer, is whole in clear. */
export interface BuyerColumns {
  buyer: unknown;
  buyerEncrypted: Uint8Array | null;
}

type Document = "invoice" | "credit_note";
const recordOf = (document: Document, id: string) => `${document}_document.buyer:${id}`;

export async function encryptBuyer(
  { cipher }: { cipher: TenantCipher },
  document: Document,
  id: string,
  buyer: unknown,
): Promise<BuyerColumns & { buyerEncrypted: Uint8Array }> {
  const { name, email, addressLines, ...rest } = buyer as Record<string, unknown>;
  const buyerEncrypted = await cipher.encrypt(recordOf(document, id), { name, email, addressLines });
  return { buyer: rest, buyerEncrypted };
}

/** The whole buyer. */
export async function openBuyer(
  { cipher }: { cipher: TenantCipher },
  document: Document,
  id: string,
  { buyer, buyerEncrypted }: BuyerColumns,
): Promise<unknown> {
  if (!buyerEncrypted) return buyer;
  return { ...buyer as object, ...await cipher.decrypt(recordOf(document, id), buyerEncrypted) as object };
}

/** Rows with their buyers opened. */
export async function withBuyers<Row extends BuyerColumns & { id: string }>(
  db: { cipher: TenantCipher },
  document: Document,
  rows: readonly Row[],
): Promise<Omit<Row, "buyerEncrypted">[]> {
  return await Promise.all(rows.map(async ({ buyerEncrypted, ...row }) => ({
    ...row,
    buyer: await openBuyer(db, document, row.id, { buyer: row.buyer, buyerEncrypted }),
  })));
}
