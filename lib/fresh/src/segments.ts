/** The tree of path segments that middlewares, layouts and error pages are attached to. */
import type { Context } from "./context.ts";
import type { LayoutConfig, MiddlewareFn, PageComponent, Route } from "./handlers.ts";

/** Answers an error: a route, or a function that answers itself or loads a route. */
export type Responder<State> =
  | Route<State>
  | ((ctx: Context<State>) => Response | Route<State> | Promise<Response | Route<State>>);

export interface LoadedLayout<State> {
  component?: PageComponent<never, State>;
  config?: LayoutConfig;
}

export interface Layout<State> {
  load: () => LoadedLayout<State> | Promise<LoadedLayout<State>>;
}

export interface Segment<State> {
  middlewares: MiddlewareFn<State>[];
  layout?: Layout<State>;
  appWrapper?: Layout<State>;
  /** Answers every error that is thrown in or below this segment. */
  onError?: Responder<State>;
  /** Answers what is not found in or below this segment. */
  notFound?: Responder<State>;
  children: Map<string, Segment<State>>;
}

export function newSegment<State>(): Segment<State> {
  return { middlewares: [], children: new Map() };
}

/** The names of the segments of a path or pattern; `*` and a trailing `/*` name the segment they stand in. */
export function segmentNames(path: string): string[] {
  return path.replace(/^\*$/, "").replace(/\/\*$/, "").split("/").filter((name) => name !== "");
}

/** The segment at `names`, created where it is missing. */
export function segmentAt<State>(root: Segment<State>, names: readonly string[]): Segment<State> {
  let segment = root;
  for (const name of names) {
    let child = segment.children.get(name);
    if (child === undefined) segment.children.set(name, child = newSegment());
    segment = child;
  }
  return segment;
}

/** The segments on the way to `names`, from the root to the last one that exists. */
export function segmentsTo<State>(root: Segment<State>, names: readonly string[]): Segment<State>[] {
  const found = [root];
  for (const name of names) {
    const child = found.at(-1)!.children.get(name);
    if (child === undefined) break;
    found.push(child);
  }
  return found;
}

/** The segments an address that no route matches lies under; groups such as `(admin)` have no address. */
export function segmentsUnder<State>(root: Segment<State>, pathname: string): Segment<State>[] {
  const found = [root];
  for (const name of segmentNames(pathname)) {
    const { children } = found.at(-1)!;
    const child = children.get(name) ??
      [...children].find(([key]) => key.startsWith(":"))?.[1];
    if (child === undefined) break;
    found.push(child);
  }
  return found;
}
