/** Two middlewares in one file, for every request. */
import type { Context } from "fresh";

type State = { seen?: string[] };

export const handler = ["first", "second"].map((name) => (ctx: Context<State>) => {
  ctx.state.seen = [...ctx.state.seen ?? [], name];
  return ctx.next();
});
