/** A VIES for tests: its REST interface over HTTP, with numbers that hold and answers of a member state that is away. */
export interface ViesServer {
  /** `http://127.0.0.1:<port>/rest-api`. */
  url: string;
  /** With their two letters; every other one does not hold. */
  valid: Set<string>;
  /** An error that it answers with in place of all else, such as MS_UNAVAILABLE. */
  error: string | null;
  /** Of its answers where it has no error. */
  status: number;
  /** The bodies of all questions, in order. */
  questions: Record<string, string>[];
  stop(): Promise<void>;
}

export function startViesServer(): ViesServer {
  const listener = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (request.method !== "POST" || pathname !== "/rest-api/check-vat-number") {
      return new Response("not found", { status: 404 });
    }
    const question = await request.json();
    server.questions.push(question);
    const { countryCode, vatNumber, requesterMemberStateCode } = question;
    if (server.error !== null) {
      return Response.json(
        { actionSucceed: false, errorWrappers: [{ error: server.error, message: "" }] },
        { status: server.error === "INVALID_INPUT" ? 400 : 500 },
      );
    }
    return Response.json({
      countryCode,
      vatNumber,
      requestDate: "2026-03-01T12:00:00.000Z",
      valid: server.valid.has(countryCode + vatNumber),
      requestIdentifier: requesterMemberStateCode ? `WAPIAAA${server.questions.length}` : "",
      name: "---",
      address: "---",
    }, { status: server.status });
  });
  const server: ViesServer = {
    url: `http://127.0.0.1:${listener.addr.port}/rest-api`,
    valid: new Set(),
    error: null,
    status: 200,
    questions: [],
    stop: () => listener.shutdown(),
  };
  return server;
}
