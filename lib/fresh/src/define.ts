/** Identity functions that give handlers, pages, layouts and middlewares the type of the app's state. */
import type { DataOf, Middleware, PageComponent, RouteHandler } from "./handlers.ts";

export interface Define<State> {
  /** Handlers of a route: one function, or one per method. */
  handlers<Handlers extends RouteHandler<unknown, State>>(handlers: Handlers): Handlers;
  /** The page of a route; `define.page<typeof handler>` types `props.data` after what the handler returns. */
  page<Handlers = never>(
    component: PageComponent<
      [Handlers] extends [never] ? unknown : DataOf<Handlers>,
      State
    >,
  ): typeof component;
  layout(component: PageComponent<unknown, State>): PageComponent<unknown, State>;
  middleware<Given extends Middleware<State>>(middleware: Given): Given;
}

/** Makes the helpers for one app; call it once with the type of `ctx.state`. */
export function createDefine<State>(): Define<State> {
  return {
    handlers: (handlers) => handlers,
    page: (component) => component,
    layout: (component) => component,
    middleware: (middleware) => middleware,
  };
}
