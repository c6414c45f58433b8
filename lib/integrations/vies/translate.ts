/** Milepost's words for a check of a VAT number, and VIES' for the same. */
import type { CheckedVatNumber, VatNumberQuestion } from "../port.ts";
import type { ViesAnswer, ViesQuestion } from "./client.ts";

/** Numbers stand with their two letters in Milepost, and apart from them in VIES. */
export function toQuestion({ number, asker }: VatNumberQuestion): ViesQuestion {
  return {
    countryCode: number.slice(0, 2),
    vatNumber: number.slice(2),
    ...(asker === null
      ? {}
      : { requesterMemberStateCode: asker.slice(0, 2), requesterNumber: asker.slice(2) }),
  };
}

export function fromAnswer({ valid, requestIdentifier }: ViesAnswer): CheckedVatNumber {
  return { status: valid ? "valid" : "invalid", consultationNumber: requestIdentifier || null };
}
