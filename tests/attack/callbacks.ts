/** Hears who was made to call by what a scanner typed, and tells wapiti in the form that its modules ask for. */

interface Call {
  date: string;
  url: string;
  ip: string;
  method: string;
  size: number;
  payload: string;
}

/** Calls come to `/ssrf/<scan>/<request>/<parameter in hex>/`; `/get_ssrf.php` gives them by request and parameter. */
export function listenForCallbacks(): { url: string; stop(): Promise<void> } {
  const calls: Record<string, Record<string, Call[]>> = {};
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request, info) => {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith(".php")) return Response.json(calls);
    const [, kind, , requestId, parameter] = pathname.split("/");
    if (kind === "ssrf" && parameter) {
      const call = {
        date: new Date().toISOString(),
        url: request.url,
        ip: info.remoteAddr.hostname,
        method: request.method,
        size: 0,
        payload: "",
      };
      ((calls[requestId] ??= {})[parameter] ??= []).push(call);
    }
    return new Response("ok");
  });
  return { url: `http://127.0.0.1:${server.addr.port}/`, stop: () => server.shutdown() };
}
