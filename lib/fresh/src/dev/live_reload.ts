/** The script that reloads open pages in development. It is a file of its own, so that a strict policy allows it. */

/** Runs in the browser: it asks which process serves, and reloads when that is not the one that rendered the page. */
function watchServer(): void {
  const address = new URL(import.meta.url);
  const connect = () => {
    const source = new EventSource(new URL("alive", address));
    source.onmessage = ({ data }) => {
      if (data !== address.search.slice(1)) location.reload();
    };
    source.onerror = () => {
      source.close();
      setTimeout(connect, 100);
    };
  };
  connect();
}

export function reloadScript(): Response {
  return new Response(`(${watchServer})();`, {
    headers: { "content-type": "text/javascript; charset=utf-8", "cache-control": "no-store" },
  });
}
