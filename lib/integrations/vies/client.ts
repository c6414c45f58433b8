/** The HTTP of VIES' REST interface: one question, one attempt (https://ec.europa.eu/taxation_customs/vies, "Technical information"). */
import * as v from "valibot";
import { TransportError } from "../port.ts";

/** Longer than the slowest member state takes when it answers at all. */
const timeoutMs = 20_000;

export interface ViesQuestion {
  countryCode: string;
  vatNumber: string;
  /** Who asks, so that VIES gives a number that proves it. */
  requesterMemberStateCode?: string;
  requesterNumber?: string;
}

const answer = v.object({ valid: v.boolean(), requestIdentifier: v.optional(v.nullable(v.string())) });
export type ViesAnswer = v.InferOutput<typeof answer>;

/** Throws a `TransportError` where VIES, or the member state behind it, gave no answer about the number. */
export async function askVies(address: string, question: ViesQuestion): Promise<ViesAnswer> {
  const response = await post(`${address.replace(/\/$/, "")}/check-vat-number`, question);
  const body = await response.json().catch(() => undefined);
  const read = v.safeParse(answer, body);
  if (response.ok && read.success) return read.output;
  throw new TransportError(`VIES answered ${response.status}${codeOf(body)}.`);
}

async function post(url: string, question: ViesQuestion): Promise<Response> {
  try {
    return await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(question),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    throw new TransportError("VIES cannot be reached.", { cause: error });
  }
}

const refusal = v.object({ errorWrappers: v.array(v.object({ error: v.string() })) });

/** ", MS_UNAVAILABLE": VIES' own word for it, where it has that form. */
function codeOf(body: unknown): string {
  const read = v.safeParse(refusal, body);
  const code = read.success ? read.output.errorWrappers[0]?.error : undefined;
  return code !== undefined && /^[A-Z_]{1,60}$/.test(code) ? `, ${code}` : "";
}
