/** A parameter with text before it. */
import type { Context } from "fresh";

export const handlers = (ctx: Context<unknown>) => ctx.text(`${ctx.req.method} ${ctx.params.x}`);
