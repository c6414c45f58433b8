/**
 * Mail to people about their account: queued in the transaction of what it tells of, sent once by the worker. A mail with a link that lets
 * someone in keeps neither the link nor its words: both are made when it leaves, and asking for one costs the same for an address that
 * nobody has. The words of any other mail are sealed until it was sent.
 */
import { type ClaimedMail, insertAccountMail } from "../../db/queries/account_mail.ts";
import { findUserByEmail } from "../../db/queries/user.ts";
import { type SystemDb, withSystem } from "../../db/system.ts";
import { newId } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import type { Environment } from "../core/command.ts";
import { countTry, tooMany, tryOf } from "./attempts.ts";
import type { Letter } from "./letter.tsx";
import { writeLinkMail } from "./link_mail.ts";
import { linkMinutes, makeLink } from "./links.ts";

/** A mail whose words are known now. */
export interface AccountMail extends Letter {
  email: string;
  /** Noun and verb, for whoever looks after the installation: `member.invite`. */
  kind: string;
}

/** The links that people ask for by their address alone. */
export type MailedLink = "sign_in" | "reset";

/** Whether mail can leave at all; a page that would mail says so where it cannot. */
export function sendsMail({ smtpUrl, mailFrom }: Pick<Config, "smtpUrl" | "mailFrom">): boolean {
  return smtpUrl !== undefined && mailFrom !== undefined;
}

/** Queues a mail in the caller's transaction. Call it only where `sendsMail` is true. */
export async function queueAccountMail(
  { clock, secrets }: Pick<Environment, "clock" | "secrets">,
  db: SystemDb,
  { email, kind, subject, text, html }: AccountMail,
): Promise<void> {
  const id = newId<"account mail">();
  const plain = new TextEncoder().encode(JSON.stringify({ subject, text, html } satisfies Letter));
  const letterSealed = await secrets.seal(contextOf(id), plain);
  await insertAccountMail(db, { id, recipient: email.toLowerCase(), kind, letterSealed, now: clock.now() });
}

/**
 * Has a link mailed to this address, if anybody has it; the answer and the work are the same where nobody does. Throws `TooManyAttempts`.
 */
export async function requestLinkMail(
  { database, clock }: Pick<Environment, "database" | "clock">,
  request: { email: string; purpose: MailedLink; address: string; origin: string },
): Promise<void> {
  const now = clock.now();
  const recipient = request.email.trim().toLowerCase();
  const until = await withSystem(database, async (db) => {
    const wait = await countTry(db, "mail", tryOf(recipient, request.address), now);
    if (wait) return wait;
    const { purpose, origin } = request;
    await insertAccountMail(db, {
      id: newId<"account mail">(),
      recipient,
      kind: kinds[purpose],
      origin,
      now,
    });
  });
  if (until) throw tooMany(until, now);
}

const kinds: Record<MailedLink, string> = { sign_in: "link.sign_in", reset: "link.reset" };

/** What a claimed mail says; null where it goes to an address that nobody has. Makes the link of a mail that carries one. */
export async function letterOf(
  { database, clock, secrets }: Pick<Environment, "database" | "clock" | "secrets">,
  mail: ClaimedMail,
): Promise<Letter | null> {
  if (mail.letterSealed) {
    return JSON.parse(new TextDecoder().decode(await secrets.open(contextOf(mail.id), mail.letterSealed)));
  }
  const purpose: MailedLink = mail.kind === kinds.reset ? "reset" : "sign_in";
  return await withSystem(database, async (db) => {
    const person = await findUserByEmail(db, mail.recipient);
    if (!person) return null;
    const path = await makeLink(db, person.id, clock.now(), purpose);
    return writeLinkMail({
      purpose,
      name: person.name,
      minutes: linkMinutes[purpose],
      url: mail.origin + path,
    });
  });
}

function contextOf(id: string) {
  return { tenantId: null, record: `account_mail:${id}` };
}
