/** `GET /api/v1/openapi.json`: the description of the API, for whoever builds on it. */
import { define } from "../../../define.ts";
import { openapi } from "./(_request)/openapi.ts";

export const handler = define.handlers({ GET: () => Response.json(openapi) });
