/** Pages, layouts and the app wrapper: components that may also be asynchronous or answer with a Response. */
import { Fragment, type FunctionComponent, h, type VNode } from "preact";
import type { PageComponent, PageProps } from "../handlers.ts";

/** Thrown out of a render by a page or layout that answers with a Response. */
export class AnsweredWithResponse {
  constructor(readonly response: Response) {}
}

/** Thrown out of a render by a function that returned a promise without being declared async; the render is repeated. */
export class AnsweredLater {
  constructor(readonly call: PageCall, readonly result: Promise<unknown>) {}
}

/** One use of a page or layout in one render. */
interface PageCall {
  run: (props: unknown) => unknown;
  props: unknown;
  /** What an asynchronous call came to. */
  settled?: { result: unknown };
}

const AsyncFunction = (async () => {}).constructor;

/**
 * The vnode of a page or layout. Async functions are awaited here, before rendering begins; the others run inside the
 * render, where hooks and context work.
 */
export async function componentVNode<State>(
  component: PageComponent<never, State>,
  props: PageProps<never, State>,
): Promise<VNode | Response> {
  const run = component as (props: unknown) => unknown;
  if (typeof run.prototype?.render === "function") {
    return h(run as FunctionComponent<object>, props);
  }
  if (run instanceof AsyncFunction) {
    const result = await run(props);
    return result instanceof Response ? result : h(Fragment, null, result as VNode);
  }
  const call: PageCall = { run, props };
  return h(Page as FunctionComponent<object>, { call } as object);
}

/** Runs a page or layout and lets what is not a vnode leave the render. */
function Page({ call }: { call: PageCall }): VNode | null {
  const result = call.settled ? call.settled.result : call.run(call.props);
  if (result instanceof Response) throw new AnsweredWithResponse(result);
  if (result instanceof Promise) throw new AnsweredLater(call, result);
  return result as VNode | null;
}
