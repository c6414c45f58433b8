/** VIES over HTTP: what holds and what does not, and that no answer is never taken for an answer. */
import assert from "node:assert/strict";
import { startViesServer } from "../../../tests/support/vies_server.ts";
import { TransportError } from "../port.ts";
import { viesConnector } from "./connector.ts";

const server = startViesServer();
Deno.test.afterAll(() => server.stop());
const port = viesConnector(server.url);

Deno.test("a number is asked about without its letters, and by whom, so that the answer can be proven", async () => {
  server.valid.add("EL094259216");
  server.questions.length = 0;
  assert.deepEqual(await port.check({ number: "EL094259216", asker: "DE136695976" }), {
    status: "valid",
    consultationNumber: "WAPIAAA1",
  });
  assert.deepEqual(await port.check({ number: "EL123456783", asker: null }), {
    status: "invalid",
    consultationNumber: null,
  });
  assert.deepEqual(server.questions, [
    {
      countryCode: "EL",
      vatNumber: "094259216",
      requesterMemberStateCode: "DE",
      requesterNumber: "136695976",
    },
    { countryCode: "EL", vatNumber: "123456783" },
  ]);
});

Deno.test("a member state that is away, a strange answer and a dead line are no answer", async () => {
  const refused = (address: string, what: RegExp) =>
    assert.rejects(() => viesConnector(address).check({ number: "FR40303265045", asker: null }), (error) => {
      assert.ok(error instanceof TransportError);
      assert.match(error.message, what);
      return true;
    });
  for (const error of ["MS_UNAVAILABLE", "GLOBAL_MAX_CONCURRENT_REQ", "INVALID_INPUT"]) {
    server.error = error;
    await refused(server.url, new RegExp(`${error}\\.$`));
  }
  server.error = null;
  server.status = 503;
  await refused(server.url, /^VIES answered 503\.$/);
  server.status = 200;
  await refused(server.url.replace("/rest-api", "/elsewhere"), /^VIES answered 404\.$/);
  await refused("http://127.0.0.1:1/rest-api", /^VIES cannot be reached\.$/);
});
