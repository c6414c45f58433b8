/** The id by which a client of the API names itself: it says whose client it is, so that nothing is looked up across tenants. */
import { Buffer } from "node:buffer";
import { isId } from "../core/ids.ts";

const prefix = "mpc_";

export interface ClientReference {
  tenantId: string;
  id: string;
}

/** `mpc_` and 43 characters: the tenant and the client, 16 bytes each. */
export function clientIdOf({ tenantId, id }: ClientReference): string {
  return prefix + Buffer.from((tenantId + id).replaceAll("-", ""), "hex").toString("base64url");
}

/** Whom a client id names, or null for other text; each client has one spelling alone. */
export function parseClientId(text: string): ClientReference | null {
  if (!/^mpc_[\w-]{43}$/.test(text)) return null;
  const hex = Buffer.from(text.slice(prefix.length), "base64url").toString("hex");
  const [tenantId, id] = [hex.slice(0, 32), hex.slice(32)].map((part) =>
    part.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
  );
  return isId(tenantId) && isId(id) && clientIdOf({ tenantId, id }) === text ? { tenantId, id } : null;
}
