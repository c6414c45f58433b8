/** Only for the group. */
import type { Context } from "fresh";

export default function admin(ctx: Context<{ seen?: string[] }>) {
  ctx.state.seen = [...ctx.state.seen ?? [], "admin"];
  return ctx.next();
}
