/** One request on its way through the app: what middlewares, handlers and pages read, and how they answer. */
import { Fragment, type FunctionComponent, h, type VNode } from "preact";
import type { ResolvedFreshConfig } from "./config.ts";
import type { LayoutConfig, PageProps, RouteConfig } from "./handlers.ts";
import { HttpError, statusOf } from "./http_error.ts";
import { componentVNode } from "./render/component.ts";
import { renderDocument } from "./render/document.ts";
import type { Layout, LoadedLayout } from "./segments.ts";
import type { Snapshot } from "./snapshot.ts";
import { isWebSocketHandlers, listenTo, type UpgradeOptions, type WebSocketHandlers } from "./web_socket.ts";

/** What surrounds the page of a route: layouts from the outside in, and the app wrapper around them. */
export interface Frame<State> {
  appWrapper?: Layout<State>;
  layouts: readonly Layout<State>[];
}

/** What the framework knows about a request and application code does not see. */
export interface RequestInternals<State> {
  frame: Frame<State>;
  snapshot?: Snapshot;
  routeConfig?: RouteConfig;
  /** Addresses of the style sheets the matched route asks for. */
  css: string[];
  /** The methods of the matched route, told to whoever used another one. */
  allow?: string;
  /** The nonce of this request, where `csp({ useNonce: true })` is in use. */
  nonce?: string;
  /** Whether a page was rendered, so that the nonce stands in the HTML. */
  rendered: boolean;
}

const internals = new WeakMap<object, RequestInternals<unknown>>();

export function internalsOf<State>(ctx: Context<State>): RequestInternals<State> {
  return internals.get(ctx) as RequestInternals<State>;
}

const noInfo: Deno.ServeHandlerInfo = {
  remoteAddr: { transport: "tcp", hostname: "localhost", port: 80 },
  completed: Promise.resolve(),
};

export class Context<State> {
  readonly config: ResolvedFreshConfig;
  readonly req: Request;
  /** The requested address; a middleware may replace it. */
  url: URL;
  /** Who asked; a stand-in for localhost where the handler was called without a connection. */
  readonly info: Deno.ServeHandlerInfo;
  /** Decoded values of the matched pattern. */
  params: Record<string, string> = {};
  /** The matched pattern, or null where none matched. */
  route: string | null = null;
  state: State = {} as State;
  /** What the handler gave to `page()`. */
  data: unknown = undefined;
  /** The caught value on an error page, otherwise null. */
  error: unknown = null;
  /** Always false: partials are left out. */
  readonly isPartial = false;
  /** The rest of the page, inside a layout or the app wrapper. */
  Component: FunctionComponent = () => null;
  /** Runs the rest of the chain. */
  next: () => Promise<Response> = () => Promise.reject(new HttpError(404));

  constructor(
    req: Request,
    url: URL,
    info: Deno.ServeHandlerInfo | undefined,
    config: ResolvedFreshConfig,
    snapshot: Snapshot | undefined,
  ) {
    this.req = req;
    this.url = url;
    this.info = info ?? noInfo;
    this.config = config;
    internals.set(this, { frame: { layouts: [] }, snapshot, css: [], rendered: false });
  }

  /** Redirects. A path stays on this site: leading slashes and backslashes are collapsed to one. */
  redirect(location: string, status = 302): Response {
    return new Response(null, { status, headers: { location: safeLocation(location) } });
  }

  /** Renders a page inside its layouts and the app wrapper. On an error page the status defaults to the error's. */
  async render(vnode: VNode | null, init: ResponseInit = {}, config?: LayoutConfig): Promise<Response> {
    const own = internalsOf(this);
    let content: VNode = h(Fragment, null, vnode);
    for (const { component } of await surroundings(own.frame, config ?? own.routeConfig ?? {})) {
      if (component === undefined) continue;
      const inner = content;
      const outer = await componentVNode(component, pageProps(this, () => inner));
      if (outer instanceof Response) return outer;
      content = outer;
    }
    const html = await renderDocument(content, this);
    if (html instanceof Response) return html;
    own.rendered = true;
    return this.html(html, {
      ...init,
      status: init.status ?? (this.error === null ? 200 : statusOf(this.error)),
    });
  }

  text(content: string, init?: ResponseInit): Response {
    return respond(content, "text/plain; charset=utf-8", init);
  }

  html(content: string, init?: ResponseInit): Response {
    return respond(content, "text/html; charset=utf-8", init);
  }

  json(content: unknown, init?: ResponseInit): Response {
    return Response.json(content, init);
  }

  /** Streams text or bytes; strings are encoded as UTF-8. */
  stream(
    source:
      | ReadableStream<Uint8Array | string>
      | Iterable<Uint8Array | string>
      | AsyncIterable<Uint8Array | string>
      | (() =>
        | Iterable<Uint8Array | string>
        | AsyncIterable<Uint8Array | string>),
    init?: ResponseInit,
  ): Response {
    const encoder = new TextEncoder();
    const chunks = ReadableStream.from(typeof source === "function" ? source() : source);
    const bytes = chunks.pipeThrough(
      new TransformStream<Uint8Array | string, Uint8Array<ArrayBuffer>>({
        transform(chunk, controller) {
          controller.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : new Uint8Array(chunk));
        },
      }),
    );
    return new Response(bytes, init);
  }

  /** Takes the connection over as a WebSocket: with handlers it gives the response, without also the socket. */
  upgrade(handlers: WebSocketHandlers, options?: UpgradeOptions): Response;
  upgrade(options?: UpgradeOptions): { socket: WebSocket; response: Response };
  upgrade(
    first?: WebSocketHandlers | UpgradeOptions,
    options?: UpgradeOptions,
  ): Response | { socket: WebSocket; response: Response } {
    if (this.req.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      throw new HttpError(400, "Expected a WebSocket upgrade request");
    }
    if (!isWebSocketHandlers(first)) {
      return Deno.upgradeWebSocket(this.req, first);
    }
    const { socket, response } = Deno.upgradeWebSocket(this.req, options);
    listenTo(socket, first);
    return response;
  }
}

export type { Context as FreshContext };

/** What goes around a page, from the inside out. */
async function surroundings<State>(
  frame: Frame<State>,
  config: LayoutConfig,
): Promise<LoadedLayout<State>[]> {
  const found: LoadedLayout<State>[] = [];
  let wrapped = !config.skipAppWrapper;
  for (const layout of config.skipInheritedLayouts ? [] : frame.layouts.toReversed()) {
    const loaded = await layout.load();
    found.push(loaded);
    if (loaded.config?.skipAppWrapper) wrapped = false;
    if (loaded.config?.skipInheritedLayouts) break;
  }
  if (wrapped && frame.appWrapper) found.push(await frame.appWrapper.load());
  return found;
}

function respond(content: string, type: string, init: ResponseInit = {}): Response {
  const headers = new Headers(init.headers);
  if (!headers.has("content-type")) headers.set("content-type", type);
  return new Response(content, { ...init, headers });
}

/** Browsers drop tabs and line breaks in an address and read a backslash as a slash, so `/\host` leaves the site as `//host` does. */
function safeLocation(location: string): string {
  const cleaned = location.replace(/^[\0-\x20]+|[\t\r\n]+/g, "")
    // a header holds no other characters; half a character becomes the one for what is unknown
    .replace(/[^\x21-\x7e]+/g, (text) => encodeURIComponent(text.toWellFormed()));
  if (!/^[/\\]/.test(cleaned)) return cleaned;
  const end = cleaned.search(/[?#]/);
  const path = end < 0 ? cleaned : cleaned.slice(0, end);
  return path.replace(/[/\\]{2,}|\\/g, "/") +
    (end < 0 ? "" : cleaned.slice(end));
}

/** The props of a page or layout, read off the context. */
export function pageProps<State>(
  ctx: Context<State>,
  Component: FunctionComponent = ctx.Component,
): PageProps<never, State> {
  return {
    config: ctx.config,
    url: ctx.url,
    req: ctx.req,
    params: ctx.params,
    info: ctx.info,
    state: ctx.state,
    isPartial: ctx.isPartial,
    error: ctx.error,
    route: ctx.route,
    data: ctx.data as never,
    redirect: (location, status) => ctx.redirect(location, status),
    Component,
  };
}
