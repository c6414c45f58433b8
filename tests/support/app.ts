/** The whole app on a throw-away database behind a real port of this machine, and visitors who are signed in to it. */
import { Builder } from "fresh/dev";
import { composeApp } from "../../fresh.config.ts";
import { type Actor, capabilities } from "../../lib/core/actor.ts";
import { type Clock, systemClock } from "../../lib/core/clock.ts";
import type { Environment } from "../../lib/core/command.ts";
import { type Config, loadConfig } from "../../lib/core/config.ts";
import { openRateLimiter, type RateLimiter } from "../../lib/core/rate_limit.ts";
import { openSession } from "../../lib/auth/sessions.ts";
import { createTenant } from "../../lib/tenants/create_tenant.ts";
import { addMember } from "../../lib/tenants/members.ts";
import { openTypesetter } from "../../lib/documents/typesetter.ts";
import { Metrics } from "../../lib/ops/metrics.ts";
import { readReadiness } from "../../lib/ops/readiness.ts";
import { withSystem } from "../../db/system.ts";
import { noQueue, type Queue } from "../../jobs/queue.ts";
import { cookieName } from "../../session_cookie.ts";
import type { BodyPace } from "../../request_body.ts";
import { noteSecret } from "./noted_secrets.ts";
import { type TestDatabase, testDatabase } from "./database.ts";
import { testSecrets } from "./environment.ts";

/** Whoever runs the installation: may do everything in every tenant. */
export const operator: Actor = {
  kind: "cli",
  id: "operator",
  name: "operator",
  capabilities: new Set(capabilities),
};

/** Someone who is signed in to a tenant, and what their browser sends. */
export interface Visitor {
  tenantId: string;
  userId: string;
  email: string;
  /** The value of the Cookie header. */
  cookie: string;
}

export interface TestAppOptions {
  /** Stands still or moves by the test's hand; the machine's own if left out. */
  clock?: Clock;
  /** Settings as environment variables. */
  settings?: Record<string, string>;
  /** The name of this machine in the app's address; 127.0.0.1 if left out. Browsers have passkeys for `localhost`, for no number. */
  host?: "localhost";
  /** The origin by which browsers would reach the app, where that is not the address itself. */
  origin?: string;
  queue?: Queue;
  bodyPace?: BodyPace;
  /** What counts requests, where it is not the one that the settings ask for. */
  rateLimit?: RateLimiter;
  /** Stands between the socket and the app, and sees each request with its answer. */
  around?(request: Request, handle: (request: Request) => Promise<Response>): Promise<Response>;
}

export interface TestApp {
  /** `http://127.0.0.1:<port>`, or by the name that was asked for. */
  url: string;
  origin: string;
  environment: Environment;
  config: Config;
  database: TestDatabase;
  /** A new tenant, by name; gives its id. */
  newTenant(name?: string): Promise<string>;
  /** A new person with these roles, signed in: names of built-in ones, ids of the tenant's own. */
  visitor(tenantId: string, ...roles: string[]): Promise<Visitor>;
  /** A request as a browser without script makes it: redirects are not followed. */
  get(path: string, visitor?: Visitor, headers?: HeadersInit): Promise<Response>;
  /** A form sent from a page of the app. */
  post(
    path: string,
    fields: Record<string, string>,
    visitor?: Visitor,
    headers?: HeadersInit,
  ): Promise<Response>;
  /** The same app by other settings, at an address of its own, until the app stops. */
  beside(settings: Record<string, string>): string;
  stop(): Promise<void>;
}

const root = new URL("../..", import.meta.url).href;
let building: ReturnType<Builder["build"]> | undefined;

export async function testApp(options: TestAppOptions = {}): Promise<TestApp> {
  building ??= new Builder({ root }).build({ snapshot: "memory" });
  const applySnapshot = await building;
  const database = await testDatabase();
  const queue = options.queue ?? noQueue;
  const config = loadConfig({ MILEPOST_PORT: "0", ...options.settings });
  // known once the server listens
  let origin = "";
  const environment: Environment = {
    get origin() {
      return origin;
    },
    database: database.database,
    clock: options.clock ?? systemClock,
    secrets: testSecrets,
    wake: (jobs) => queue.wake(jobs),
    outgoing: { allowed: config.outgoingAllowed },
    rateLimit: options.rateLimit ?? openRateLimiter(config),
  };
  const ending = new AbortController();
  const documents = openTypesetter({ threads: 1 });
  const operations = {
    metrics: new Metrics(),
    ending: ending.signal,
    readiness: () => readReadiness(environment.database, queue),
    documents,
  };
  const servers: Deno.HttpServer<Deno.NetAddr>[] = [];
  const serve = (config: Config, named?: string) => {
    let handle: (request: Request, info: Deno.ServeHandlerInfo<Deno.NetAddr>) => Promise<Response> = () =>
      Promise.reject(new Error("The app is not composed yet."));
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, automaticCompression: true, onListen: () => {} },
      (request, info) => {
        const answer = (request: Request) => handle(request, info);
        return options.around?.(request, answer) ?? answer(request);
      },
    );
    servers.push(server);
    const url = `http://${options.host ?? "127.0.0.1"}:${server.addr.port}`;
    const origin = named ?? url;
    const app = composeApp({ config, environment, operations, origin, bodyPace: options.bodyPace });
    applySnapshot(app);
    handle = app.handler();
    return { url, origin };
  };
  const main = serve(config, options.origin);
  origin = main.origin;
  const { url } = main;

  return {
    url,
    origin,
    environment,
    config,
    database,
    newTenant: (name) => newTenant(environment, name),
    visitor: (tenantId, ...roles) => visitor(environment, origin, tenantId, roles),
    get: (path, visitor, headers) =>
      fetch(url + path, { headers: { ...cookieOf(visitor), ...headers }, redirect: "manual" }),
    post: (path, fields, visitor, headers) => {
      for (const [name, value] of Object.entries(fields)) {
        if (/password|secret/i.test(name)) noteSecret(value);
      }
      return fetch(url + path, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { origin, "sec-fetch-site": "same-origin", ...cookieOf(visitor), ...headers },
        redirect: "manual",
      });
    },
    beside: (settings) => serve(loadConfig({ MILEPOST_PORT: "0", ...options.settings, ...settings })).url,
    async stop() {
      ending.abort();
      await Promise.all(servers.map((server) => server.shutdown()));
      await queue.close();
      await documents.close();
      await database.drop();
    },
  };
}

let count = 0;

async function newTenant(environment: Environment, name = `Tenant ${++count}`): Promise<string> {
  const adminEmail = `founder${++count}@calder.example`;
  return (await createTenant(environment, operator, { name, adminEmail })).tenantId;
}

async function visitor(
  environment: Environment,
  origin: string,
  tenantId: string,
  roles: string[],
): Promise<Visitor> {
  const email = `${roles.join("-").slice(0, 40)}${++count}@calder.example`;
  const { userId } = await addMember(environment, { tenantId, actor: operator }, { email, roles });
  const token = await withSystem(
    environment.database,
    (db) => openSession(db, userId, "test", environment.clock.now(), ["password"]),
  );
  noteSecret(token);
  return { tenantId, userId, email, cookie: `${cookieName(origin)}=${token}` };
}

function cookieOf(visitor: Visitor | undefined): Record<string, string> {
  return visitor ? { cookie: visitor.cookie } : {};
}
