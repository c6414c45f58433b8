/** Every address a person can open, with who opens it: the table that the access tests visit. Add a route here with its page. */
import { schemes, type Screen, widths } from "../support/browser.ts";
import type { Accepted } from "./rules_check.ts";

export type Visitor = "signed_out" | "viewer" | "biller" | "approver" | "admin";

export interface RouteToVisit {
  /** As people open it. `{invoice}` and the like are filled in by `startApp`, which knows the seeded ids. */
  path: string;
  as: Visitor[];
  /** A selector to wait for, where the page is filled in after loading. */
  ready?: string;
  hasIslands?: boolean;
  accepted?: Accepted[];
  status?: number;
}

const everyone: Visitor[] = ["viewer", "biller", "approver", "admin"];

export const routesToVisit: RouteToVisit[] = [
  { path: "/sign-in", as: ["signed_out"] },
  { path: "/", as: everyone },
  { path: "/invoices", as: everyone },
  { path: "/invoices/{invoice}", as: everyone },
  { path: "/invoices/{invoice}?why=1", as: everyone },
  { path: "/invoices/{invoice}/print", as: everyone },
  { path: "/customers", as: everyone },
  { path: "/contracts", as: everyone },
  { path: "/plans", as: everyone },
  { path: "/vehicles", as: everyone },
  { path: "/usage", as: everyone },
  { path: "/no-such-page", as: everyone, status: 404 },
];

export const allScreens: Screen[] = widths.flatMap((width) => schemes.map((scheme) => ({ width, scheme })));

/** One screen per page, so that a run over all pages has seen every width and scheme. */
export function screenOf(index: number): Screen {
  return allScreens[index % allScreens.length];
}
