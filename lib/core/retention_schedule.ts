/** What is kept only for a time, for how long and why: the one table that the retention job follows and a page shows. */

/** What a tenant's daily job deletes. */
export const tenantRules = {
  idempotency_keys: {
    days: 30,
    what: "Marks that make a repeated press or request count once",
    why: "Nobody repeats a request later than that.",
  },
  outbox_events: {
    days: 7,
    what: "News of what happened, on its way to browsers and programs",
    why: "Whoever was away for longer reads everything anew.",
  },
  waiting_files: {
    days: 7,
    what: "Uploaded files of usage whose columns nobody chose",
    why: "They may hold more than is needed, so they do not wait for ever.",
  },
} as const;

/** What precedes a tenant and is deleted by the hour. */
export const accountRules = {
  sign_in_attempts: {
    days: 90,
    what: "Attempts to sign in, with the network address",
    why: "They tell a known address from a strange one.",
  },
  sessions: {
    days: 30,
    what: "Sessions that have ended, with browser, network address and times",
    why: "To find out who was signed in when something happened.",
  },
  account_mail: {
    days: 7,
    what: "Mail to people about their account; its words go once it is sent",
    why: "Long enough to find out why a mail did not come.",
  },
} as const;

export interface RetentionRow {
  what: string;
  /** "30 days", or until when else. */
  kept: string;
  why: string;
}

/** What no job deletes by its age, and why. */
const keptOtherwise: readonly RetentionRow[] = [
  {
    what: "Forms that were sent after a session ended, sealed",
    kept: "30 minutes",
    why: "Their sender signs in and goes on with what they typed.",
  },
  {
    what: "Invoices and credit notes, as they were issued",
    kept: "as the law of the entity’s country says",
    why: "Tax and trade law ask for them. Names of erased customers are taken out when the term ends.",
  },
  {
    what: "Customers, with names and addresses",
    kept: "until an erasure is asked for",
    why: "They are needed to bill.",
  },
  {
    what: "Contracts and usage, which name a customer by a number",
    kept: "always",
    why: "Invoices are worked out a second time from them.",
  },
  {
    what: "Messages with invoices, as they were sent",
    kept: "until an erasure is asked for",
    why: "They show what a customer was told.",
  },
  {
    what: "Consents of customers, also those taken back",
    kept: "until an erasure is asked for",
    why: "They show what was allowed at the time.",
  },
  {
    what: "The audit trail",
    kept: "always",
    why: "It shows who did what. It names people by a number, and an erasure takes their name from it.",
  },
];

/** The whole schedule in the order in which people read it. */
export function retentionRows(): RetentionRow[] {
  const timed = [...Object.values(tenantRules), ...Object.values(accountRules)];
  return [
    ...timed.map(({ days, what, why }) => ({ what, kept: `${days} days`, why })),
    ...keptOtherwise,
  ];
}
