/** A page with handlers and a parameter. */
import { HttpError, page, type PageProps } from "fresh";
import type { Context } from "fresh";

export const handler = {
  GET(ctx: Context<{ seen?: string[] }>) {
    if (ctx.params.id === "0") throw new HttpError(404);
    if (ctx.params.id === "13") throw new Error("unlucky");
    return page({ id: ctx.params.id, seen: ctx.state.seen ?? [] }, { headers: { "x-user": ctx.params.id } });
  },
  POST: () => new Response("made", { status: 201 }),
};

export default function User({ data }: PageProps<{ id: string; seen: string[] }>) {
  return <h1>User {data.id} {data.seen.join(" ")}</h1>;
}
