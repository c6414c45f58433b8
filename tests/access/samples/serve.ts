/** Serves finished pages on a free port of this machine, with the content policy and compression of the product. */
import { finishResponse } from "../../../components/layout/finish_page.ts";

export interface SampleServer {
  url: string;
  stop: () => Promise<void>;
}

const options = { hostname: "127.0.0.1", port: 0, automaticCompression: true, onListen: () => {} };

export function serveHtml(htmlAt: (path: string) => string | undefined): SampleServer {
  const server = Deno.serve(options, (request) => {
    const html = htmlAt(decodeURIComponent(new URL(request.url).pathname.slice(1)));
    if (html === undefined) return new Response("There is no such page.", { status: 404 });
    return finishResponse(new Response(html, { headers: { "content-type": "text/html; charset=utf-8" } }));
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, stop: () => server.shutdown() };
}
