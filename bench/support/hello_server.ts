/** The floor of a start: the smallest server that Deno can run. Listens on the port of its first argument. */
Deno.serve(
  { hostname: "127.0.0.1", port: Number(Deno.args[0]), onListen: () => {} },
  () => new Response("hello"),
);
