/** A Vault for tests: the HTTP API of its transit engine, with tokens, key versions, batches and the answers of one that is sealed. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

export interface VaultServer {
  /** `http://127.0.0.1:<port>` */
  url: string;
  /** What it answers to; any other token is refused. */
  token: string;
  /** Answers 503 as a sealed Vault does. */
  sealed: boolean;
  /** Versions below it are no longer decrypted. */
  leastDecryptionVersion: number;
  /** Method and path of every request, in order. */
  requests: string[];
  /** Adds a version to the key. */
  rotate(): void;
  stop(): Promise<void>;
}

interface Item {
  plaintext?: string;
  ciphertext?: string;
}

/** Refused with a status and Vault's form of an error. */
class Refusal extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** Has one key, of type aes256-gcm96, in a transit engine at `transit`. */
export function startVaultServer(keyName = "milepost"): VaultServer {
  const versions = [randomBytes(32)];
  const refused = (status: number, ...errors: string[]) => Response.json({ errors }, { status });

  const encrypt = (plaintext: string) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", versions.at(-1)!, nonce);
    const parts = [nonce, cipher.update(plaintext, "base64"), cipher.final(), cipher.getAuthTag()];
    return `vault:v${versions.length}:${Buffer.concat(parts).toString("base64")}`;
  };
  const decrypt = (ciphertext = "") => {
    const [, version, text] = /^vault:v(\d+):(.+)$/.exec(ciphertext) ?? [];
    const key = versions[Number(version) - 1];
    if (!key) throw new Refusal(400, "invalid ciphertext: no prefix");
    if (Number(version) < server.leastDecryptionVersion) {
      throw new Refusal(400, "ciphertext or signature version is disallowed by policy (too old)");
    }
    const bytes = Buffer.from(text, "base64");
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(-16));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString("base64");
    } catch (_wrongTag) {
      throw new Refusal(400, "invalid ciphertext: unable to decrypt");
    }
  };
  const operations: Record<string, (item: Item) => Item> = {
    encrypt: ({ plaintext = "" }) => ({ ciphertext: encrypt(plaintext) }),
    decrypt: ({ ciphertext }) => ({ plaintext: decrypt(ciphertext) }),
    rewrap: ({ ciphertext }) => ({ ciphertext: encrypt(decrypt(ciphertext)) }),
  };

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    server.requests.push(`${request.method} ${pathname}`);
    if (server.sealed) return refused(503, "Vault is sealed");
    if (request.headers.get("x-vault-token") !== server.token) return refused(403, "permission denied");
    if (!pathname.startsWith("/v1/transit/")) return refused(404);
    const path = pathname.slice("/v1/transit/".length);
    if (request.method === "GET" && path === `keys/${keyName}`) {
      const keys = Object.fromEntries(versions.map((_key, index) => [index + 1, 1_700_000_000 + index]));
      const data = { name: keyName, type: "aes256-gcm96", latest_version: versions.length, keys };
      return Response.json({ request_id: crypto.randomUUID(), data });
    }
    if (request.method !== "POST") return refused(405, "unsupported operation");
    const body = await request.json();
    if (path === `keys/${keyName}/rotate`) {
      server.rotate();
      return new Response(null, { status: 204 });
    }
    if (path === `datakey/plaintext/${keyName}`) {
      const plaintext = randomBytes((body.bits ?? 256) / 8).toString("base64");
      return Response.json({ data: { plaintext, ciphertext: encrypt(plaintext) } });
    }
    const operation = operations[path.split("/")[0]];
    if (!operation || path !== `${path.split("/")[0]}/${keyName}`) return refused(404);
    const data = body.batch_input
      ? { batch_results: body.batch_input.map((item: Item) => operation(item)) }
      : operation(body);
    return Response.json({ request_id: crypto.randomUUID(), lease_id: "", renewable: false, data });
  }

  const listener = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    try {
      return await answer(request);
    } catch (error) {
      if (error instanceof Refusal) return refused(error.status, error.message);
      throw error;
    }
  });
  const server: VaultServer = {
    url: `http://127.0.0.1:${listener.addr.port}`,
    token: `hvs.${randomBytes(12).toString("base64url")}`,
    sealed: false,
    leastDecryptionVersion: 1,
    requests: [],
    rotate: () => void versions.push(randomBytes(32)),
    stop: () => listener.shutdown(),
  };
  return server;
}
