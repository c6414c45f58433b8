/** `milepost config`. */
import { describeConfig } from "../../lib/core/config.ts";
import type { CliCommand } from "../command_line.ts";
import { explain } from "../explain.ts";

export const configCommand: CliCommand = {
  name: "config",
  summary:
    "Lists the settings, with defaults and what is set; a wrong one is named and ends with exit code 1.",
  example: "milepost config",
  arguments: [],
  options: {},
  run(_input, session) {
    const settings = describeConfig(Deno.env.toObject()).map((setting) => ({ ...setting }));
    let ok = true;
    try {
      session.config();
    } catch (error) {
      session.say(explain(error));
      ok = false;
    }
    return Promise.resolve({ result: { settings }, ok });
  },
};
