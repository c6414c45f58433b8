/** What every route, layout and middleware of the app may rely on, and the typed `define` that they are written with. */
import { createDefine } from "fresh";
import type { Actor } from "./lib/core/actor.ts";
import type { Config } from "./lib/core/config.ts";
import type { Environment } from "./lib/core/command.ts";
import type { Decision } from "./lib/core/rate_limit.ts";
import type { Session } from "./lib/auth/sessions.ts";
import type { TitleParts } from "./components/layout/document.tsx";
import type { Operations } from "./process.ts";

export type { Session } from "./lib/auth/sessions.ts";

/** How this request came here. */
export interface Reach {
  /** The origin by which browsers reach this server: `https://billing.example.com`. */
  origin: string;
  /** Network address of the browser, or of the last proxy that is not one's own. */
  address: string;
}

/** On whose behalf a request of the API is answered. */
export interface Caller {
  tenantId: string;
  actor: Actor;
}

export interface State {
  environment: Environment;
  config: Config;
  operations: Operations;
  /** Names the request in logs and on error pages. */
  requestId: string;
  reach: Reach;
  /** Null before sign-in. */
  session: Session | null;
  /** Who asks under `routes/api/`: a program by its key, or someone who is signed in. */
  caller: Caller | null;
  /** Set by a handler before it renders: "Invoice INV-42 – Invoices – Calder – Milepost". */
  title: TitleParts | null;
  /** BCP 47, of a page that is not in the language of the house. */
  language: string | null;
  /** When it makes sense to try again, on an answer that refuses for now. */
  retryAfterSeconds: number | null;
  /** How far the limit that this request counts for is used up. */
  rate: Decision | null;
}

export const define = createDefine<State>();

/** The state of a page under `routes/(app)/`: someone is signed in, and a tenant is open. */
export interface SignedIn {
  session: Session;
  tenantId: string;
}

/** Session and tenant of a page under `routes/(app)/`, whose middleware lets nobody else through. */
export function signedIn(state: State): SignedIn {
  const { session } = state;
  if (!session?.tenant) throw new Error("This route stands outside of routes/(app)/, so it has no session.");
  return { session, tenantId: session.tenant.id };
}
