/** Errors of the interface are JSON. */
import type { Context } from "fresh";

export const handler = (ctx: Context<unknown>) => ctx.json({ error: String(ctx.error) }, { status: 500 });
