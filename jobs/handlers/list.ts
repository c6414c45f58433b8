/** Every handler that the worker has. */
import type { JobHandler } from "../handler.ts";
import { encryption } from "./encryption.ts";
import { erasure } from "./erasure.ts";
import { invoiceRun } from "./invoice_run.ts";
import { retention } from "./retention.ts";
import { scheduledRun } from "./scheduled_run.ts";
import { usageImport } from "./usage_import.ts";
import { walletExpiry } from "./wallet_expiry.ts";

export const handlers: readonly JobHandler[] = [
  encryption,
  erasure,
  ...invoiceRun,
  retention,
  scheduledRun,
  usageImport,
  walletExpiry,
];
