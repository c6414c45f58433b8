/** What the product asks of the outside, whoever the vendor is: one port for each need, one attempt for each call. */

/** A message, ready to leave. */
export interface OutgoingMessage {
  /** The same for every attempt at a message, so that whoever gets it twice can tell. */
  readonly id: string;
  readonly senderName: string;
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly { fileName: string; mediaType: string; content: string }[];
}

/** What became of an attempt; `uncertain` is one of which nobody knows whether it arrived. */
export type DeliveryOutcome =
  | { outcome: "sent"; providerId: string }
  | { outcome: "kept" }
  | { outcome: "failed"; failure: string }
  | { outcome: "uncertain"; failure: string };

/** Carries messages to people. */
export interface MessagePort {
  readonly id: string;
  /** Makes one attempt. Throws a `TransportError` if nothing was handed over, so that it is safe to try again. */
  deliver(message: OutgoingMessage): Promise<DeliveryOutcome>;
}

/** Keeps the anchors of audit trails out of reach of whoever owns the database. */
export interface AnchorPort {
  /** Keeps a text under a name, and gives what stands there: a text that was there before stays. */
  keep(tenantId: string, name: string, text: string): Promise<string>;
  /** All that is kept for a tenant, by name. */
  list(tenantId: string): Promise<{ name: string; text: string }[]>;
}

export interface VatNumberQuestion {
  /** With the letters of its country. */
  readonly number: string;
  /** The number of who asks, so that the answer can be proven; null for nobody. */
  readonly asker: string | null;
}

export interface CheckedVatNumber {
  readonly status: "valid" | "invalid";
  /** What proves the question; null where none was given. */
  readonly consultationNumber: string | null;
}

/** Asks tax offices whether a VAT number holds. */
export interface VatNumberPort {
  readonly id: string;
  /** Makes one attempt. Throws a `TransportError` where there is no answer, which says nothing of the number. */
  check(question: VatNumberQuestion): Promise<CheckedVatNumber>;
}

/** The vendor was not reached, or asked to be asked again: nothing has happened, and a later attempt may do. */
export class TransportError extends Error {
  override readonly name = "TransportError";
}
