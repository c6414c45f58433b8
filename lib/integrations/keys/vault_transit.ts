/**
 * A key ring in HashiCorp Vault's transit engine: the wrapping key never leaves Vault, which makes and unwraps data
 * keys. HTTP API: https://developer.hashicorp.com/vault/api-docs/secret/transit
 */
import * as v from "valibot";
import { milepostError } from "../../core/errors.ts";
import { type KeyRing, unreadable, type WrappedKey } from "../../core/secrets.ts";

export interface VaultSettings {
  /** `https://vault.internal:8200`. */
  address: string;
  token: string;
  /** Path of the transit engine. */
  mount: string;
  /** Name of the key in it. */
  keyName: string;
}

/** How long a page may wait for Vault. */
const timeoutMs = 5_000;

const dataKeyAnswer = v.object({ data: v.object({ plaintext: v.string(), ciphertext: v.string() }) });
const plainAnswer = v.object({ data: v.object({ plaintext: v.string() }) });
const keyAnswer = v.object({ data: v.object({ latest_version: v.number() }) });
const batchAnswer = v.object({
  data: v.object({ batch_results: v.array(v.object({ ciphertext: v.string() })) }),
});

/** A ring over the named key; `older` still unwraps what was sealed before Vault was used. */
export function vaultKeyRing(settings: VaultSettings, older?: KeyRing): KeyRing {
  const ask = <Schema extends v.GenericSchema>(path: string, answer: Schema, body?: unknown) =>
    askVault(settings, path, answer, body);
  const isOurs = ({ keyId }: WrappedKey) => keyId.startsWith(`vault:${settings.keyName}:v`);
  /** Vault's `vault:v3:…` says the version, which becomes a part of the key's id. */
  const wrappedKey = (ciphertext: string): WrappedKey => {
    const version = /^vault:v(\d+):/.exec(ciphertext)?.[1];
    if (!version) throw unexpectedAnswer();
    return { keyId: keyIdOf(settings, version), wrapped: new TextEncoder().encode(ciphertext) };
  };

  const ring: KeyRing = {
    async newDataKey() {
      const path = `datakey/plaintext/${settings.keyName}`;
      const { data } = await ask(path, dataKeyAnswer, { bits: 256 });
      return { ...wrappedKey(data.ciphertext), plain: fromBase64(data.plaintext) };
    },
    async unwrap(key) {
      if (!isOurs(key)) return await unwrapOlder(key, older);
      const ciphertext = new TextDecoder().decode(key.wrapped);
      const { data } = await ask(`decrypt/${settings.keyName}`, plainAnswer, { ciphertext });
      return fromBase64(data.plaintext);
    },
    async activeKeyId() {
      const { data } = await ask(`keys/${settings.keyName}`, keyAnswer);
      return keyIdOf(settings, String(data.latest_version));
    },
    async rewrap(keys) {
      const ours = keys.filter(isOurs), others = keys.filter((key) => !isOurs(key));
      const ciphertexts = ours.map(({ wrapped }) => ({ ciphertext: new TextDecoder().decode(wrapped) }));
      const plaintexts = [];
      for (const key of others) plaintexts.push({ plaintext: toBase64(await unwrapOlder(key, older)) });
      const again = (await inBatch("rewrap", ciphertexts)).values();
      const moved = (await inBatch("encrypt", plaintexts)).values();
      return keys.map((key) => (isOurs(key) ? again : moved).next().value!);
    },
  };
  return ring;

  async function inBatch(what: "rewrap" | "encrypt", items: readonly object[]): Promise<WrappedKey[]> {
    if (items.length === 0) return [];
    const path = `${what}/${settings.keyName}`;
    const { data } = await ask(path, batchAnswer, { batch_input: items });
    if (data.batch_results.length !== items.length) throw unexpectedAnswer();
    return data.batch_results.map(({ ciphertext }) => wrappedKey(ciphertext));
  }
}

/** Makes a new version of the key, which is active from then on, and gives its id. */
export async function rotateVaultKey(settings: VaultSettings): Promise<string> {
  await askVault(settings, `keys/${settings.keyName}/rotate`, v.unknown(), {});
  return await vaultKeyRing(settings).activeKeyId();
}

function keyIdOf({ keyName }: VaultSettings, version: string): string {
  return `vault:${keyName}:v${version}`;
}

async function unwrapOlder(key: WrappedKey, older: KeyRing | undefined): Promise<Uint8Array> {
  if (older) return await older.unwrap(key);
  throw unreadable(
    `The key "${key.keyId}" is not in Vault, so what it sealed cannot be read. Name the key file that has it ` +
      "by MILEPOST_KEY_FILE.",
  );
}

/** One request. What Vault says is for whoever runs it, and may name paths; people are told what to do about it. */
async function askVault<Schema extends v.GenericSchema>(
  { address, token, mount }: VaultSettings,
  path: string,
  answer: Schema,
  body?: unknown,
): Promise<v.InferOutput<Schema>> {
  const url = `${address.replace(/\/$/, "")}/v1/${mount}/${path}`;
  let response: Response, text: string;
  try {
    response = await fetch(url, {
      method: body === undefined ? "GET" : "POST",
      headers: { "x-vault-token": token, "x-vault-request": "true", "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await response.text();
  } catch (cause) {
    throw unavailable("Vault does not answer.", cause);
  }
  if (!response.ok) throw refusal(response.status, path);
  try {
    return v.parse(answer, text === "" ? {} : JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof v.ValiError) throw unexpectedAnswer();
    throw error;
  }
}

/** https://developer.hashicorp.com/vault/api-docs#http-status-codes */
function refusal(status: number, path: string): Error {
  if (status === 400 && /^(decrypt|rewrap)\//.test(path)) {
    return unreadable(
      "Vault cannot read something that is stored sealed: it is damaged, or the version of its key is no longer " +
        "allowed there. Nothing was changed.",
    );
  }
  if (status === 403) return unavailable("Vault refuses the token of this process (MILEPOST_VAULT_TOKEN).");
  if (status === 404 || status === 400) {
    return unavailable("Vault does not have the key (MILEPOST_VAULT_KEY, MILEPOST_VAULT_MOUNT).");
  }
  return unavailable(`Vault cannot help at the moment (status ${status}); it may be sealed.`);
}

function unexpectedAnswer(): Error {
  return unavailable("Vault answered in a form that is not that of its transit engine.");
}

function unavailable(why: string, cause?: unknown): Error {
  const message = `The keys that protect secrets cannot be reached. ${why} Nothing was changed.`;
  return milepostError("SecretsUnavailable", { message, cause });
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}
