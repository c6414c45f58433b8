/** The app: what is added to it from top to bottom becomes one request handler. */
import { type FreshConfig, requestUrl, resolveConfig, type ResolvedFreshConfig } from "./config.ts";
import { Context, internalsOf } from "./context.ts";
import { findSnapshot } from "./disk_snapshot.ts";
import { addFileRoutes } from "./file_routes.ts";
import {
  type LayoutConfig,
  loadOnce,
  type MaybeLazy,
  type MaybeLazyMiddleware,
  type Method,
  type PageComponent,
  type Route,
  type RouteConfig,
} from "./handlers.ts";
import { HttpError, statusOf } from "./http_error.ts";
import { RouteTable } from "./route_table.ts";
import { setBuildId } from "./runtime/asset.ts";
import { type Responder, segmentNames } from "./segments.ts";
import type { Snapshot } from "./snapshot.ts";
import type { UpgradeOptions, WebSocketHandlers } from "./web_socket.ts";

export type ListenOptions = Partial<Deno.ServeTcpOptions & Deno.TlsCertifiedKeyPem>;

export type FreshHandler = (request: Request, info?: Deno.ServeHandlerInfo) => Promise<Response>;

/** One call on an app, to be repeated on its route table; `prefix` is where the app is mounted. */
type Call<State> = (table: RouteTable<State>, prefix: string, snapshot: () => Snapshot) => void;

const snapshots = new WeakMap<object, Snapshot>();

/** Gives an app the files a Builder found and made for it. Call it before `handler()`. */
export function setSnapshot<State>(app: App<State>, snapshot: Snapshot): void {
  snapshots.set(app, snapshot);
  setBuildId(snapshot.buildId);
  if (!app.hasOwnMode) app.config.mode = snapshot.mode;
}

export class App<State> {
  readonly config: ResolvedFreshConfig;
  /** Whether the mode was given, so that a build does not decide it. */
  readonly hasOwnMode: boolean;
  /** Repeated before the others, so that they also hold for what was added earlier. */
  #first: Call<State>[] = [];
  #calls: Call<State>[] = [];

  constructor(config: FreshConfig = {}) {
    this.config = resolveConfig(config);
    this.hasOwnMode = config.mode !== undefined;
  }

  /** Adds middlewares to everything added later, or to everything later below `path`. */
  use(...middlewares: MaybeLazyMiddleware<State>[]): this;
  use(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this;
  use(first: string | MaybeLazyMiddleware<State>, ...rest: MaybeLazyMiddleware<State>[]): this {
    const path = typeof first === "string" ? first : "*";
    const given = (typeof first === "string" ? rest : [first, ...rest]).map(loadOnce);
    this.#calls.push((table, prefix) =>
      table.segment(segmentNames(join(prefix, path))).middlewares.push(...given)
    );
    return this;
  }

  get(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this {
    return this.#handle("GET", path, middlewares);
  }
  post(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this {
    return this.#handle("POST", path, middlewares);
  }
  put(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this {
    return this.#handle("PUT", path, middlewares);
  }
  patch(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this {
    return this.#handle("PATCH", path, middlewares);
  }
  delete(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this {
    return this.#handle("DELETE", path, middlewares);
  }
  head(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this {
    return this.#handle("HEAD", path, middlewares);
  }
  options(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this {
    return this.#handle("OPTIONS", path, middlewares);
  }
  all(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this {
    return this.#handle("ALL", path, middlewares);
  }

  #handle(method: Method | "ALL", path: string, middlewares: MaybeLazyMiddleware<State>[]): this {
    const given = middlewares.map(loadOnce);
    this.#calls.push((table, prefix) => table.handle(join(prefix, path), method, given));
    return this;
  }

  /** Adds a WebSocket endpoint. */
  ws(path: string, handlers: WebSocketHandlers, options?: UpgradeOptions): this {
    return this.get(path, (ctx) => ctx.upgrade(handlers, options));
  }

  /** Adds a page with its handlers; `route` may be a function that loads it on the first request. */
  route(path: string, route: MaybeLazy<Route<State>>, config?: RouteConfig): this {
    const load = once(async () => {
      const loaded = typeof route === "function" ? await route() : route;
      return config ? { ...loaded, config: { ...loaded.config, ...config } } : loaded;
    });
    this.#calls.push((table, prefix) => table.route(join(prefix, path), load));
    return this;
  }

  /** Puts a layout around the pages added later at and below `path`. */
  layout(path: string, component: PageComponent<unknown, State>, config?: LayoutConfig): this {
    this.#calls.push((table, prefix) => {
      table.segment(segmentNames(join(prefix, path))).layout = { load: () => ({ component, config }) };
    });
    return this;
  }

  /** Sets the component that renders `<html>` around every page. */
  appWrapper(component: PageComponent<unknown, State>): this {
    this.#first.push((table, prefix) => {
      table.segment(segmentNames(prefix)).appWrapper = { load: () => ({ component }) };
    });
    return this;
  }

  /** Answers what is not found. */
  notFound(responder: Responder<State>): this {
    this.#first.push((table, prefix) => {
      table.segment(segmentNames(prefix)).notFound = responder;
    });
    return this;
  }

  /** Answers the errors thrown at and below `path` (everywhere where it is left out). */
  onError(responder: Responder<State>): this;
  onError(path: string, responder: Responder<State>): this;
  onError(first: string | Responder<State>, second?: Responder<State>): this {
    const path = typeof first === "string" ? first : "*";
    const responder = (typeof first === "string" ? second : first) as Responder<State>;
    this.#calls.push((table, prefix) => {
      table.segment(segmentNames(join(prefix, path))).onError = responder;
    });
    return this;
  }

  /** Adds the routes of the `routes/` folder, below `pattern` where one is given. */
  fsRoutes(pattern = "*"): this {
    this.#calls.push((table, prefix, snapshot) => addFileRoutes(table, join(prefix, pattern), snapshot()));
    return this;
  }

  /** Adds everything another app has, below `path`. */
  mountApp(path: string, app: App<State>): this {
    this.#first.push((table, prefix, snapshot) => {
      for (const call of app.#first) call(table, join(prefix, path), snapshot);
    });
    this.#calls.push((table, prefix, snapshot) => {
      for (const call of app.#calls) call(table, join(prefix, path), snapshot);
    });
    return this;
  }

  /** The app as one function from Request to Response. It never rejects. */
  handler(): FreshHandler {
    const { config } = this;
    const table = new RouteTable<State>();
    const find = (isNeeded: boolean) => {
      const found = snapshots.has(this) ? undefined : findSnapshot(isNeeded);
      if (found) setSnapshot(this, found);
      return snapshots.get(this);
    };
    const required = () => {
      const snapshot = find(true);
      if (snapshot) return snapshot;
      throw new Error(
        "fsRoutes() does not know the files in routes/ yet. Build the app first (`await new Builder().build()` writes " +
          '_fresh/), or in a test apply `await new Builder().build({ snapshot: "memory" })` before handler().',
      );
    };
    for (const call of [...this.#first, ...this.#calls]) call(table, config.basePath, required);
    const snapshot = find(false);
    return async (request, info) => {
      // a Host that is none makes no address
      if (!URL.canParse(request.url)) return new Response("Bad Request", { status: 400 });
      const ctx = new Context<State>(request, requestUrl(request, config.trustProxy), info, config, snapshot);
      try {
        await snapshot?.ready();
        return finish(await table.respond(ctx), ctx);
      } catch (error) {
        return finish(lastResort(error, config.mode), ctx);
      }
    };
  }

  /** Serves the app until the server is shut down. Without a port it takes 8000, or the next one that is free. */
  async listen(options: ListenOptions = {}): Promise<void> {
    const handler = this.handler();
    await snapshots.get(this)?.ready();
    if (options.port !== undefined) return await Deno.serve(options, handler).finished;
    for (let port = 8000;; port++) {
      try {
        return await Deno.serve({ ...options, port }, handler).finished;
      } catch (error) {
        if (!(error instanceof Deno.errors.AddrInUse) || port === 8020) throw error;
      }
    }
  }
}

function join(prefix: string, path: string): string {
  const tail = path === "*" ? "/*" : path.startsWith("/") ? path : `/${path}`;
  const base = prefix.replace(/\/?\*?$/, "");
  return tail === "/" && base !== "" ? base : base + tail;
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => loading ??= load();
}

/** HEAD has no body, and a refused method learns which ones there are, whoever made the response. */
function finish<State>(response: Response, ctx: Context<State>): Response {
  const { allow } = internalsOf(ctx);
  const head = ctx.req.method === "HEAD" && response.body !== null;
  const missesAllow = response.status === 405 && allow !== undefined && !response.headers.has("allow");
  if (!head && !missesAllow) return response;
  const headers = new Headers(response.headers);
  if (missesAllow) headers.set("allow", allow);
  if (head) {
    response.body?.cancel().catch((error) =>
      console.error("The body of a HEAD response failed to close", error)
    );
  }
  return new Response(head ? null : response.body, {
    status: response.status,
    statusText: response.statusText,
    headers,
  });
}

/** The answer to an error that no error page answered. Only development shows what it was. */
function lastResort(error: unknown, mode: ResolvedFreshConfig["mode"]): Response {
  const status = statusOf(error);
  if (!(error instanceof HttpError)) console.error(error);
  const detail = error instanceof Error ? error.stack ?? error.message : String(error);
  const text = mode === "development" ? detail : new HttpError(status).message;
  return new Response(text, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
}
