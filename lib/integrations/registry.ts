/** Which connector serves which port, by the settings. */
import { fileURLToPath } from "node:url";
import type { Clock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import { keyRing } from "../core/key_ring.ts";
import type { KeyRing } from "../core/secrets.ts";
import { addKey, openKeyFile } from "./keys/key_file.ts";
import { rotateVaultKey, vaultKeyRing, type VaultSettings } from "./keys/vault_transit.ts";
import { anchorFolder } from "./anchors/folder.ts";
import { outboxConnector } from "./outbox/connector.ts";
import type { AnchorPort, MessagePort, VatNumberPort } from "./port.ts";
import { smtpConnector } from "./smtp/connector.ts";
import { viesConnector } from "./vies/connector.ts";

/** The mail server of the settings, or the outbox where none is set. */
export function messagePort({ smtpUrl, mailFrom }: Pick<Config, "smtpUrl" | "mailFrom">): MessagePort {
  return smtpUrl && mailFrom ? smtpConnector({ url: smtpUrl, from: mailFrom }) : outboxConnector;
}

/** The register of the settings; null where none is set, so that nobody is asked. */
export function vatNumberPort({ viesUrl }: Pick<Config, "viesUrl">): VatNumberPort | null {
  return viesUrl ? viesConnector(viesUrl) : null;
}

/** The folder of the settings, or one beside the embedded data in the checkout. */
export function anchorPort({ anchorPath, dataSet }: Pick<Config, "anchorPath" | "dataSet">): AnchorPort {
  return anchorFolder(
    anchorPath ?? fileURLToPath(new URL(`../../.milepost/${dataSet}/anchors`, import.meta.url)),
  );
}

type KeySettings = Pick<
  Config,
  "keyFile" | "dataSet" | "vaultAddress" | "vaultToken" | "vaultMount" | "vaultKey"
>;

/** The keys of the settings: Vault's, or those of the key file. Throws `InvalidSetting`. */
export async function openKeyRing(settings: KeySettings, clock: Clock): Promise<KeyRing> {
  const vault = vaultOf(settings);
  const path = keyFilePath(settings);
  if (!vault) return keyRing(await openKeyFile(path, clock.now()));
  return vaultKeyRing(vault, isThere(path) ? keyRing(await openKeyFile(path, clock.now())) : undefined);
}

/** Makes a new active key in the ring of the settings and gives its id. Throws `InvalidSetting` and `SecretsUnavailable`. */
export async function rotateKey(settings: KeySettings, clock: Clock): Promise<string> {
  const vault = vaultOf(settings);
  return vault ? await rotateVaultKey(vault) : await addKey(keyFilePath(settings), clock.now());
}

function vaultOf({ vaultAddress, vaultToken, vaultMount, vaultKey }: KeySettings): VaultSettings | null {
  if (!vaultAddress || !vaultToken) return null;
  return { address: vaultAddress, token: vaultToken, mount: vaultMount, keyName: vaultKey };
}

/** Where the key file lies: MILEPOST_KEY_FILE, or beside the embedded data in the checkout. */
function keyFilePath({ keyFile, dataSet }: KeySettings): string {
  return keyFile ?? fileURLToPath(new URL(`../../.milepost/${dataSet}/keys`, import.meta.url));
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
