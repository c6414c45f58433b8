/** The API in OpenAPI 3.1: what programs may send, and what they get. */
import { capabilityLabels } from "../../../../lib/auth/api_keys.ts";

const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
});

const refusals = {
  "400": problem("The body could not be read."),
  "401": problem("No key or token, or one that is unknown, expired or revoked."),
  "403": problem("The key or token does not allow this."),
  "413": problem("The body is too large."),
  "422": problem("Some values are not allowed; `fields` names each."),
};

/** A key whose rights have this scope, or a token with it. */
const accessBy = (scope: keyof typeof capabilityLabels) => [{ key: [] }, { client: [scope] }];

const text = { type: "string" } as const;
const count = { type: "integer", minimum: 0 } as const;

const event = {
  type: "object",
  description:
    "What a vehicle did. Every further field is a property of the event; numbers are decimal texts.",
  required: ["id", "event", "at"],
  properties: {
    id: {
      ...text,
      description: "With the source it says which event it is. The same id and content is a duplicate.",
    },
    event: { ...text, description: "The meter's word, such as trip or fuel." },
    at: { ...text, format: "date-time", description: "With its offset." },
    vehicle: { ...text, description: "Reference of the vehicle; or name the contract." },
    contract: { ...text, description: "Reference of the contract." },
    corrects: {
      ...text,
      description:
        'Id of an event of the same source whose place this one takes. With the event "void" it is only taken out; ' +
        "a void has id, event, at and corrects, and nothing else.",
    },
  },
  additionalProperties: text,
} as const;

export const openapi = {
  openapi: "3.1.0",
  info: {
    title: "Milepost",
    version: "1",
    description:
      "Fleet billing. Amounts and quantities are decimal texts, so that none is rounded on its way.",
  },
  servers: [{ url: "/api/v1" }],
  paths: {
    "/usage-events": {
      post: {
        security: accessBy("usage.import"),
        operationId: "recordUsageEvents",
        summary: "Sends up to 1,000 usage events",
        parameters: [{
          name: "Idempotency-Key",
          in: "header",
          schema: { ...text, maxLength: 255 },
          description: "The same key and body give the stored answer, for 30 days.",
        }],
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["events"],
                additionalProperties: false,
                properties: {
                  source: { ...text, default: "api", description: "Name of the sending system." },
                  events: { type: "array", minItems: 1, maxItems: 1000, items: event },
                },
              },
            },
            "application/x-ndjson": { schema: { ...text, description: "One event on each line." } },
          },
        },
        responses: {
          "200": {
            description: "What became of each event; the three counts add up to the number sent.",
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  required: ["usageImport", "events", "duplicates", "quarantined", "problems"],
                  properties: {
                    usageImport: { ...text, format: "uuid" },
                    events: count,
                    duplicates: count,
                    quarantined: count,
                    problems: {
                      type: "array",
                      items: {
                        type: "object",
                        properties: {
                          position: { type: "integer", minimum: 1 },
                          field: text,
                          value: text,
                          reason: text,
                        },
                      },
                    },
                  },
                },
              },
            },
          },
          ...refusals,
          "409": problem("The idempotency key was used with another body."),
        },
      },
    },
    "/price-previews": {
      post: {
        security: accessBy("read"),
        operationId: "previewPrice",
        summary: "Prices a case and keeps nothing",
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: {
                type: "object",
                description: "A price case: one contract, one period and its facts.",
                required: ["currency", "zone", "period", "charges"],
                properties: {
                  currency: text,
                  zone: text,
                  period: {
                    type: "object",
                    required: ["start", "end"],
                    properties: { start: { ...text, format: "date" }, end: { ...text, format: "date" } },
                  },
                  charges: { type: "array", items: { type: "object" } },
                },
              },
            },
          },
        },
        responses: {
          "200": {
            description: "Lines, tax and totals, each line with the steps of its calculation.",
            content: { "application/json": { schema: { type: "object" } } },
          },
          ...refusals,
        },
      },
    },
  },
  components: {
    securitySchemes: {
      key: { type: "http", scheme: "bearer", description: "A key from /api-keys." },
      client: {
        type: "oauth2",
        description: "A client from /api-clients gets an access token for 10 minutes.",
        flows: { clientCredentials: { tokenUrl: "/oauth/token", scopes: capabilityLabels } },
      },
    },
    schemas: {
      Problem: {
        type: "object",
        description: "RFC 9457.",
        required: ["type", "title", "status", "detail", "code", "requestId"],
        properties: {
          type: text,
          title: text,
          status: { type: "integer" },
          detail: { ...text, description: "What happened and what to do." },
          code: text,
          requestId: text,
          fields: {
            type: "array",
            items: {
              type: "object",
              properties: { field: text, value: text, rule: text, example: text },
            },
          },
        },
      },
    },
  },
};
