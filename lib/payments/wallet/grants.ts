/** The granted money that bills derived in one transaction can use: each takes in its turn, so that none is counted twice. */
import {
  type GrantedCredit,
  type GrantHold,
  type GrantUse,
  listHolds,
  lockGrantedCredits,
} from "../../../db/queries/wallet_grant.ts";
import type { TenantDb } from "../../../db/tenant.ts";
import { compareUse } from "./order.ts";

/** Whose bill it is, and for which period. */
export interface GrantAsk {
  contractId: string;
  customerId: string;
  billingEntityId: string;
  currency: string;
  periodStart: Temporal.PlainDate;
  /** Today where the entity is. */
  today: Temporal.PlainDate;
  /** Whether it was previewed, and so may use only what was held for it then. */
  isPreviewed: boolean;
}

export class Grants {
  /** In the order of use, each with what is left. */
  readonly #credits: (GrantedCredit & { left: bigint })[];
  readonly #holds: readonly GrantHold[];

  constructor(credits: readonly GrantedCredit[], holds: readonly GrantHold[]) {
    const heldOf = Map.groupBy(holds, ({ walletCreditId }) => walletCreditId);
    this.#holds = holds;
    this.#credits = credits.map((credit) => ({
      ...credit,
      left: credit.remaining - (heldOf.get(credit.id) ?? []).reduce((sum, { amount }) => sum + amount, 0n),
    })).sort(compareUse);
  }

  /** Locks what customers have left until the transaction ends. */
  static async lock(db: TenantDb, customerIds: readonly string[]): Promise<Grants> {
    const credits = await lockGrantedCredits(db, customerIds);
    return new Grants(credits, await listHolds(db, credits.map(({ id }) => id)));
  }

  /** What a bill may use: what a preview holds for it; without a preview all that is left. */
  offer({ today, isPreviewed, ...ask }: GrantAsk): GrantUse[] {
    const held = this.#holds.filter(({ contractId, periodStart }) =>
      contractId === ask.contractId && periodStart.equals(ask.periodStart)
    );
    return this.#credits.flatMap(({ id: walletCreditId, name, left, ...credit }): GrantUse[] => {
      const isFor = credit.customerId === ask.customerId && credit.currency === ask.currency &&
        credit.billingEntityId === ask.billingEntityId;
      if (!isFor) return [];
      if (isPreviewed || held.length > 0) {
        const hold = held.find((each) => each.walletCreditId === walletCreditId);
        return hold ? [{ walletCreditId, name, amount: hold.amount }] : [];
      }
      const isOver = credit.expiresOn !== null && Temporal.PlainDate.compare(credit.expiresOn, today) <= 0;
      return isOver || left <= 0n ? [] : [{ walletCreditId, name, amount: left }];
    });
  }

  /** Takes what a bill uses from what is left for those that follow; what was held for it is taken already. */
  take({ contractId, periodStart }: GrantAsk, uses: readonly GrantUse[]): void {
    const isHeld = this.#holds.some((hold) =>
      hold.contractId === contractId && hold.periodStart.equals(periodStart)
    );
    if (isHeld) return;
    for (const { walletCreditId, amount } of uses) {
      this.#credits.find(({ id }) => id === walletCreditId)!.left -= amount;
    }
  }
}
