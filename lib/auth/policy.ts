/** Who may do what: the table of built-in roles, what roles of a tenant's own add to it, and the one function that decides. */
import { type Actor, capabilities, type Capability } from "../core/actor.ts";
import type { CurrencyCode } from "../core/currency.ts";
import { milepostError } from "../core/errors.ts";
import { formatMoney, type Money, money, moneyToDecimal } from "../core/money.ts";

export const roles = ["admin", "biller", "approver", "viewer"] as const;
export type Role = typeof roles[number];

/** Each capability in the words that finish "You cannot …". */
const words: Record<Capability, string> = {
  "read": "read the pages of this business",
  "customers.write": "add or change customers",
  "vehicles.write": "add or change vehicles",
  "plans.write": "add or change rate plans",
  "contracts.write": "add or change contracts",
  "usage.import": "import usage",
  "invoices.draft": "draft invoices",
  "invoices.approve": "approve invoices",
  "invoices.issue": "issue invoices",
  "invoices.send": "send invoices to customers",
  "payments.record": "record payments",
  "payments.reverse": "reverse payments",
  "privacy.manage": "export or erase what is known of a person",
  "jobs.manage": "run failed jobs again",
  "entities.write": "add or change billing entities",
  "bank_details.propose": "propose bank details of billing entities",
  "bank_details.approve": "approve bank details that someone else proposed",
  "ledger.close": "close or re-open months of the books",
  "members.manage": "add or change members",
  "api_keys.manage": "make or end keys for programs",
  "audit.read": "read the audit trail",
};

/** What each capability is for, in a sentence for whoever gives it to someone. */
const meanings: Record<Capability, string> = {
  "read": "See every list, document and figure of the business. Everyone on the team can.",
  "customers.write": "Keep names, addresses and payment terms of customers, one by one or from a file.",
  "vehicles.write": "Keep the list of vehicles, one by one or from a file.",
  "plans.write": "Set what things cost: plans, price indexes, coupons and exchange rates.",
  "contracts.write":
    "Agree, change and end contracts, with their discounts, and grant money to a customer's wallet.",
  "usage.import": "Upload files of what vehicles did, and say what their columns mean.",
  "invoices.draft": "Price a period and prepare invoices, runs and credit notes. Nothing goes out yet.",
  "invoices.approve": "Say yes to a draft or a whole run that someone prepared.",
  "invoices.issue": "Give invoices and credit notes their numbers. What is issued stays for good.",
  "invoices.send": "Send issued invoices by e-mail.",
  "payments.record": "Note money that came in and settle invoices with it.",
  "payments.reverse": "Take a payment back, so that its invoices are open again.",
  "jobs.manage": "Start work in the background again that failed.",
  "entities.write": "Set up the companies that issue invoices, their numbers, tax and schedules.",
  "bank_details.propose":
    "Write down the account to which customers pay. It counts once another person agrees.",
  "bank_details.approve": "Say yes to an account that someone else wrote down.",
  "ledger.close": "Close a month of the books once it is complete, and re-open the last one with a reason.",
  "members.manage":
    "Invite people, change what they may do, make roles, and say who approves a run. Nobody can give more than they have.",
  "api_keys.manage": "Let other systems in by a key, and end keys.",
  "audit.read": "See who did what and when, the sign-ins of all people too, and take it out as a file.",
  "privacy.manage": "Give someone a file of what is kept about them, or erase them.",
};

/** The capabilities that a role of one's own can have up to an amount, in the words that finish "You can …". */
const limitedWords = {
  "invoices.approve": "approve invoices and runs",
  "invoices.issue": "issue invoices and credit notes",
  "payments.record": "record payments",
  "payments.reverse": "reverse payments",
  "contracts.write": "grant money to a customer",
} as const satisfies Partial<Record<Capability, string>>;

export type LimitedCapability = keyof typeof limitedWords;
export const limitedCapabilities = Object.keys(limitedWords) as LimitedCapability[];

/** A biller may not approve, so that two people look at every invoice. */
const table: Record<Role, readonly Capability[]> = {
  admin: capabilities,
  biller: [
    "read",
    "customers.write",
    "vehicles.write",
    "plans.write",
    "contracts.write",
    "usage.import",
    "invoices.draft",
    "invoices.issue",
    "invoices.send",
    "payments.record",
    "payments.reverse",
    "jobs.manage",
  ],
  approver: ["read", "invoices.approve", "invoices.issue", "invoices.send", "bank_details.approve"],
  viewer: ["read"],
};

const roleWords: Record<Role, string> = {
  admin: "Everything: also the team, the companies that issue invoices, and keys.",
  biller: "Keeps customers, contracts and payments, prepares bills and issues them. Approves nothing.",
  approver: "Looks at what others prepared, approves it and issues it.",
  viewer: "Reads everything and changes nothing.",
};

/** What a built-in role is for, in a sentence. */
export function describeRole(role: Role): string {
  return roleWords[role];
}

/** Whether a text is the name of a built-in role. */
export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}

/** What someone may do, and up to which amounts. */
export type Rights = Pick<Actor, "capabilities" | "limits">;

/** A limit as a role of one's own states it, in minor units. */
export interface RoleLimit {
  capability: string;
  currency: string;
  most: bigint;
}

/** What a role of a tenant's own allows. Names that nobody knows give nothing. */
export interface RoleRights {
  capabilities: readonly string[];
  limits: readonly RoleLimit[];
}

/** All that someone with these built-in roles may do. A role nobody knows gives nothing. */
export function capabilitiesOf(held: readonly string[]): ReadonlySet<Capability> {
  return new Set(held.filter(isRole).flatMap((role) => table[role]));
}

/**
 * All that someone with these roles may do. Roles add up: a right that one of them gives without a limit has none, and of
 * two limits in one currency the higher holds.
 */
export function rightsOf(builtIn: readonly string[], own: readonly RoleRights[] = []): Rights {
  const unlimited = new Set(capabilitiesOf(builtIn));
  const held = new Set(unlimited);
  const limits = new Map<Capability, Map<CurrencyCode, bigint>>();
  for (const role of own) {
    for (const capability of capabilities.filter((name) => role.capabilities.includes(name))) {
      held.add(capability);
      const stated = role.limits.filter((limit) => limit.capability === capability);
      if (stated.length === 0) unlimited.add(capability);
      const highest = limits.get(capability) ?? new Map<CurrencyCode, bigint>();
      for (const { currency, most } of stated) {
        const code = currency as CurrencyCode;
        const before = highest.get(code);
        if (before === undefined || most > before) highest.set(code, most);
      }
      limits.set(capability, highest);
    }
  }
  for (const capability of unlimited) limits.delete(capability);
  return { capabilities: held, limits };
}

export type Decision = { isAllowed: true } | { isAllowed: false; reason: string };

/** Decides whether someone may do this, with this amount where there is one. The reason says it in words. */
export function decide(
  { capabilities: held, limits }: Rights,
  capability: Capability,
  amount?: Money,
): Decision {
  if (!held.has(capability)) return { isAllowed: false, reason: `You cannot ${words[capability]}.` };
  const stated = limits?.get(capability);
  if (!stated || !amount) return { isAllowed: true };
  const most = stated.get(amount.currency);
  if (most !== undefined && amount.amount <= most) return { isAllowed: true };
  const doing = limitedWords[capability as LimitedCapability] ?? words[capability];
  const shown = formatMoney(amount, "en-GB");
  return {
    isAllowed: false,
    reason: most === undefined
      ? `You can ${doing} in ${[...stated.keys()].sort().join(", ")} only, and this is ${shown}.`
      : `You can ${doing} of up to ${
        formatMoney(money(most, amount.currency), "en-GB")
      }, and this is ${shown}.`,
  };
}

/**
 * Refuses an actor who may not do this, with the capability (and the amount) as fields, so that the page can say who can.
 * Throws `NotPermitted`.
 */
export function requireCapability(actor: Rights, capability: Capability, amount?: Money): void {
  const decision = decide(actor, capability, amount);
  if (decision.isAllowed) return;
  throw milepostError("NotPermitted", {
    message: `${decision.reason} Ask someone who can, or an admin for a role that allows it.`,
    fields: [
      { field: "capability", value: capability },
      ...(amount ? [{ field: "amount", value: `${moneyToDecimal(amount)} ${amount.currency}` }] : []),
    ],
  });
}

/**
 * Four eyes: whoever asked for something is not who approves it. `askedBy` is the key of an actor, `asked` what they did, in
 * the words that finish "You …". Throws `NotPermitted`.
 */
export function requireOtherPerson(actorKey: string, askedBy: string, asked: string, it = "it"): void {
  if (actorKey !== askedBy) return;
  throw milepostError("NotPermitted", {
    message: `You ${asked}, so another person approves ${it}. Ask a colleague who may.`,
  });
}

/** The first right that `wanted` goes beyond what `holder` has, in words; null if there is none. Nobody gives what they lack. */
export function rightBeyond(holder: Rights, wanted: Rights): string | null {
  for (const capability of wanted.capabilities) {
    if (!holder.capabilities.has(capability)) return words[capability];
    const own = holder.limits?.get(capability);
    if (!own) continue;
    const asked = wanted.limits?.get(capability);
    if (!asked) return `${words[capability]} without a limit`;
    for (const [currency, most] of asked) {
      const ownMost = own.get(currency);
      if (ownMost === undefined || most > ownMost) {
        return `${words[capability]} of up to ${formatMoney(money(most, currency), "en-GB")}`;
      }
    }
  }
  return null;
}

/** Nobody gives what they do not have, to a person or to a program. Throws `NotPermitted`. */
export function requireMayGive(actor: Rights, rights: Rights): void {
  const beyond = rightBeyond(actor, rights);
  if (beyond === null) return;
  throw milepostError("NotPermitted", {
    message: `You cannot ${beyond}, so you cannot let others do it. Ask an admin.`,
  });
}

/** Nobody changes or removes a person or role that may do more than they may themselves. Throws `NotPermitted`. */
export function requireMayChange(
  actor: Rights,
  held: { roles: readonly string[]; customRoles: readonly RoleRights[] },
): void {
  const beyond = rightBeyond(actor, rightsOf(held.roles, held.customRoles));
  if (beyond === null) return;
  throw milepostError("NotPermitted", {
    message: `You cannot ${beyond}, and this role or person can, so you cannot change it. Ask an admin.`,
  });
}

/** The built-in roles that may do this, widest first: what to ask for. */
export function rolesWith(capability: Capability): Role[] {
  return roles.filter((role) => table[role].includes(capability));
}

/** The capability in words that finish "You cannot …". */
export function describeCapability(capability: Capability): string {
  return words[capability];
}

/** What the capability is for, as a sentence. */
export function explainCapability(capability: Capability): string {
  return meanings[capability];
}

/** What a limit of this capability bounds, in words that finish "You can …". */
export function describeLimited(capability: LimitedCapability): string {
  return limitedWords[capability];
}
