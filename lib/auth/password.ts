/**
 * Passwords as scrypt hashes (RFC 7914) in the PHC string format, `$scrypt$ln=15,r=8,p=3$salt$hash`, so that every hash
 * tells its own cost and a dearer one can replace it when its owner next signs in.
 */
import { Buffer } from "node:buffer";
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** Cost: 2^log2N × r × 128 bytes of memory, p times over. */
export interface ScryptCost {
  log2N: number;
  r: number;
  p: number;
}

/** 32 MiB three times over: one of the equal settings of the OWASP password storage cheat sheet. */
export const currentCost: ScryptCost = { log2N: 15, r: 8, p: 3 };
const hashLength = 32;
const saltLength = 16;

/** Each hash fills 32 MiB and a core; more at once would let strangers at the door starve those inside. */
const atOnce = 2;
let running = 0;
const waiting: (() => void)[] = [];

/** The hash of a password under a fresh salt. Equal texts hash alike however the keyboard composes them (NFKC). */
export async function hashPassword(password: string, cost: ScryptCost = currentCost): Promise<string> {
  const salt = randomBytes(saltLength);
  const hash = await derive(password, salt, cost, hashLength);
  return `$scrypt$ln=${cost.log2N},r=${cost.r},p=${cost.p}$${base64(salt)}$${base64(hash)}`;
}

/**
 * Checks a password. Without a hash (nobody has that address, or no password is set) it works as long and says no, so
 * that time does not tell who has an account. `outdated` asks for a new hash at today's cost.
 */
export async function verifyPassword(
  password: string,
  encoded: string | null,
): Promise<{ matches: boolean; outdated: boolean }> {
  const { cost, salt, hash } = decode(encoded ?? nobody);
  const derived = await derive(password, salt, cost, hash.length);
  const matches = timingSafeEqual(derived, hash) && encoded !== null;
  const outdated = cost.log2N !== currentCost.log2N || cost.r !== currentCost.r || cost.p !== currentCost.p;
  return { matches, outdated: matches && outdated };
}

/** A hash that no password has: its salt and hash are plain zeros. */
const nobody = `$scrypt$ln=${currentCost.log2N},r=${currentCost.r},p=${currentCost.p}$${
  base64(Buffer.alloc(saltLength))
}$${base64(Buffer.alloc(hashLength))}`;

function decode(encoded: string): { cost: ScryptCost; salt: Buffer; hash: Buffer } {
  const found = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
    encoded,
  );
  if (!found) throw new Error("A stored password hash is not in the scrypt format.");
  const [log2N, r, p] = found.slice(1, 4).map(Number);
  return {
    cost: { log2N, r, p },
    salt: Buffer.from(found[4], "base64"),
    hash: Buffer.from(found[5], "base64"),
  };
}

async function derive(password: string, salt: Buffer, cost: ScryptCost, length: number): Promise<Buffer> {
  await enter();
  try {
    const N = 2 ** cost.log2N;
    const options = { N, r: cost.r, p: cost.p, maxmem: 256 * N * cost.r };
    return await new Promise((resolve, reject) => {
      scrypt(
        password.normalize("NFKC"),
        salt,
        length,
        options,
        (error, key) => error ? reject(error) : resolve(key),
      );
    });
  } finally {
    leave();
  }
}

async function enter(): Promise<void> {
  if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
}

/** Hands the place to the next in line, or frees it. */
function leave(): void {
  const next = waiting.shift();
  if (next) next();
  else running--;
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
