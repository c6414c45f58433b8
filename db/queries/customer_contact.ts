/** How a customer is reached: its e-mail and postal address, encrypted beside its row. */
import { isPlainAddress } from "../../lib/core/mail_address.ts";
import type { TenantCipher } from "../tenant_cipher.ts";

export interface CustomerContact {
  email: string | null;
  addressLines: readonly string[];
}

/** What the row keeps of it; rows of an earlier version have it in clear until a job has encrypted them. */
export interface ContactColumns {
  email: string | null;
  address_lines: string[];
  contact_encrypted: Uint8Array | null;
}

const recordOf = (customerId: string) => `customer.contact:${customerId}`;

/** The columns of a contact: nothing in clear but whether a message can go to the address. */
export async function encryptContact(
  { cipher }: { cipher: TenantCipher },
  customerId: string,
  { email, addressLines }: CustomerContact,
): Promise<ContactColumns & { has_plain_email: boolean }> {
  const isEmpty = email === null && addressLines.length === 0;
  return {
    email: null,
    address_lines: [],
    contact_encrypted: isEmpty ? null : await cipher.encrypt(recordOf(customerId), { email, addressLines }),
    has_plain_email: isPlainAddress(email?.trim() ?? ""),
  };
}

/** The contact of a row. */
export async function openContact(
  { cipher }: { cipher: TenantCipher },
  customerId: string,
  { email, address_lines, contact_encrypted }: ContactColumns,
): Promise<{ email: string | null; addressLines: string[] }> {
  if (!contact_encrypted) return { email, addressLines: address_lines };
  return await cipher.decrypt(recordOf(customerId), contact_encrypted) as {
    email: string | null;
    addressLines: string[];
  };
}
