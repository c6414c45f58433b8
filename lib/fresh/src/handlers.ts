/** What answers a request: middlewares, handlers and the data a handler hands to its page. */
import type { ComponentChildren } from "preact";
import type { Context } from "./context.ts";

export const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

export type Method = typeof methods[number];

interface PageOptions {
  status?: number;
  headers?: HeadersInit;
}

/** Data for the page component, with the status and headers of the response. */
export interface PageResponse<Data> extends PageOptions {
  data: Data;
}

/** Hands `data` to the page component of the same route. */
export function page(): PageResponse<undefined>;
export function page<Data>(data: Data, options?: PageOptions): PageResponse<Data>;
export function page<Data>(data?: Data, options: PageOptions = {}): PageResponse<Data | undefined> {
  return { data, ...options };
}

export type MiddlewareFn<State> = (ctx: Context<State>) => Response | Promise<Response>;

export type Middleware<State> = MiddlewareFn<State> | MiddlewareFn<State>[];

/** A middleware, or a function that loads one on the first request. */
export type MaybeLazyMiddleware<State> = (
  ctx: Context<State>,
) => Response | MiddlewareFn<State> | Promise<Response | MiddlewareFn<State>>;

export type HandlerFn<Data, State> = (ctx: Context<State>) =>
  | Response
  | PageResponse<Data>
  | void
  | Promise<Response | PageResponse<Data> | void>;

export type HandlerByMethod<Data, State> = { [M in Method]?: HandlerFn<Data, State> };

export type RouteHandler<Data, State> = HandlerFn<Data, State> | HandlerByMethod<Data, State>;

/** The data a handler, or any of several handlers by method, hands to its page. */
export type DataOf<Handlers> = Handlers extends (...args: never[]) => infer Result ? PageData<Result>
  : {
    [Key in keyof Handlers]: Handlers[Key] extends (...args: never[]) => infer Result ? PageData<Result>
      : never;
  }[keyof Handlers];

type PageData<Result> = Awaited<Result> extends infer Value
  ? Value extends PageResponse<infer Data> ? Data : never
  : never;

/** What a page, a layout and the app wrapper receive. */
export type PageProps<Data = unknown, State = unknown> =
  & Pick<
    Context<State>,
    "config" | "url" | "req" | "params" | "info" | "state" | "isPartial" | "error" | "route"
  >
  & Pick<Context<State>, "Component" | "redirect">
  & { data: Data };

export type PageResult = ComponentChildren | Response;

/** A page, layout or app wrapper: a component that may also be async and may answer with a Response. */
export type PageComponent<Data, State> = (props: PageProps<Data, State>) => PageResult | Promise<PageResult>;

export interface LayoutConfig {
  /** Leave out the layouts of the folders above. */
  skipInheritedLayouts?: boolean;
  /** Leave out the app wrapper. */
  skipAppWrapper?: boolean;
}

export interface RouteConfig extends LayoutConfig {
  /** A URL pattern that replaces the one derived from the file's path. */
  routeOverride?: string;
  /** The methods the route answers; others get 405. Default: those with a handler, and GET where there is a page. */
  methods?: "ALL" | Method[];
  /** Send the default Content-Security-Policy of `csp()` with what this route renders. */
  csp?: boolean;
}

/** A route as `app.route()` takes it and as a file exports it. */
export interface Route<State> {
  component?: PageComponent<never, State>;
  handler?: RouteHandler<unknown, State>;
  handlers?: RouteHandler<unknown, State>;
  config?: RouteConfig;
  /** Style sheets that the page links in its head. */
  css?: string[];
}

export type MaybeLazy<T> = T | (() => Promise<T>);

/** Runs `middlewares` in order around `last`; each decides with `ctx.next()` whether the rest runs. */
export function runMiddlewares<State>(
  middlewares: readonly MiddlewareFn<State>[],
  ctx: Context<State>,
  last: () => Promise<Response>,
): Promise<Response> {
  const run = async (index: number): Promise<Response> => {
    if (index === middlewares.length) return await last();
    const outer = ctx.next;
    ctx.next = () => run(index + 1);
    try {
      const response = await middlewares[index](ctx);
      if (response instanceof Response) return response;
      throw new TypeError(
        `A handler or middleware of ${ctx.url.pathname} gave no Response; return ctx.next()`,
      );
    } finally {
      ctx.next = outer;
    }
  };
  return run(0);
}

/** Turns a possibly lazy middleware into a plain one that loads at most once. */
export function loadOnce<State>(middleware: MaybeLazyMiddleware<State>): MiddlewareFn<State> {
  let loaded: MiddlewareFn<State> | undefined;
  return async (ctx) => {
    if (loaded) return loaded(ctx);
    const result = await middleware(ctx);
    if (typeof result !== "function") return result;
    loaded = result;
    return loaded(ctx);
  };
}
