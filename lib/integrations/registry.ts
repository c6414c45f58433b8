/** Which connector serves which port, by the settings. */
import { fileURLToPath } from "node:url";
import type { Clock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import { keyRing } from "../core/key_ring.ts";
import type { KeyRing } from "../core/secrets.ts";
import { openKeyFile } from "./keys/key_file.ts";
import { outboxConnector } from "./outbox/connector.ts";
import type { MessagePort } from "./port.ts";
import { smtpConnector } from "./smtp/connector.ts";

/** The mail server of the settings, or the outbox where none is set. */
export function messagePort({ smtpUrl, mailFrom }: Pick<Config, "smtpUrl" | "mailFrom">): MessagePort {
  return smtpUrl && mailFrom ? smtpConnector({ url: smtpUrl, from: mailFrom }) : outboxConnector;
}

type KeySettings = Pick<Config, "keyFile" | "dataSet">;

/** Where the keys of this installation lie: MILEPOST_KEY_FILE, or beside the embedded data in the checkout. */
export function keyFilePath({ keyFile, dataSet }: KeySettings): string {
  return keyFile ?? fileURLToPath(new URL(`../../.milepost/${dataSet}/keys`, import.meta.url));
}

/** The keys of the settings. Throws `InvalidSetting`. */
export async function openKeyRing(settings: KeySettings, clock: Clock): Promise<KeyRing> {
  return keyRing(await openKeyFile(keyFilePath(settings), clock.now()));
}
