/** How `milepost` reads what was typed: words, options, and what to say when they are wrong. */
import { parseArgs } from "node:util";
import type { Actor } from "../lib/core/actor.ts";
import type { Environment, Json } from "../lib/core/command.ts";
import type { Config } from "../lib/core/config.ts";

export interface CliOption {
  /** What stands after it, in capitals; left out for a switch. */
  value?: string;
  required?: boolean;
  description: string;
}

export interface CliArgument {
  /** In capitals, as in the usage line. */
  name: string;
  required: boolean;
}

/** What was typed, checked. */
export interface CliInput {
  /** By name, such as `NAME`. */
  arguments: Record<string, string | undefined>;
  /** By name without dashes; a switch that was set is "". */
  options: Record<string, string | undefined>;
}

/** What a command may use. */
export interface CliSession {
  readonly actor: Actor;
  /** The settings; a wrong one is an error. */
  config(): Config;
  /** Opens the database when it is first asked for. */
  environment(): Promise<Environment>;
  /** The path of a file, from where the command was typed. */
  resolve(path: string): string;
  /** Progress and remarks, to standard error. */
  say(text: string): void;
}

export interface CliAnswer {
  /** Printed to standard output as one line of JSON. */
  result: Json;
  /** False ends with exit code 1. */
  ok?: boolean;
}

export interface CliCommand {
  /** The words after `milepost`. */
  name: string;
  summary: string;
  /** A whole line that works. */
  example: string;
  arguments: readonly CliArgument[];
  options: Readonly<Record<string, CliOption>>;
  run(input: CliInput, session: CliSession): Promise<CliAnswer>;
}

/** Something was typed that the command does not take: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** `milepost tenants create NAME --admin EMAIL`. */
export function usageOf(command: CliCommand): string {
  const bracketed = (text: string, required?: boolean) => required ? text : `[${text}]`;
  return [
    `milepost ${command.name}`,
    ...command.arguments.map(({ name, required }) => bracketed(name, required)),
    ...Object.entries(command.options).map(([name, { value, required }]) =>
      bracketed(value ? `--${name} ${value}` : `--${name}`, required)
    ),
  ].join(" ");
}

/** The command that the first words name, and what stands after them. Throws `UsageError`. */
export function findCommand(
  commands: readonly CliCommand[],
  words: readonly string[],
): { command: CliCommand; rest: string[] } {
  const longestFirst = [...commands].sort((a, b) => b.name.length - a.name.length);
  for (const command of longestFirst) {
    const names = command.name.split(" ");
    const rest = words.slice(names.length);
    // A second word that no command has is more likely a slip than an argument of the shorter command.
    const isSlip = command.arguments.length === 0 && rest.length > 0 && !rest[0].startsWith("-");
    if (names.every((name, index) => words[index] === name) && !isSlip) return { command, rest };
  }
  const typed = words.length === 0 ? "" : `There is no command "${words.slice(0, 2).join(" ")}". `;
  throw new UsageError(
    `${typed}These exist:\n${commands.map((command) => `  ${usageOf(command)}`).join("\n")}`,
  );
}

/** Reads what stands after the command's words. Throws `UsageError` that says what is allowed. */
export function readInput(command: CliCommand, rest: readonly string[]): CliInput {
  const { tokens } = parseArgs({
    args: [...rest],
    options: Object.fromEntries(
      Object.entries(command.options).map((
        [name, { value }],
      ) => [name, { type: value ? "string" : "boolean" }]),
    ) as Record<string, { type: "string" | "boolean" }>,
    strict: false,
    tokens: true,
  });
  const input: CliInput = { arguments: {}, options: {} };
  let position = 0;
  for (const token of tokens) {
    if (token.kind === "option") {
      input.options[token.name] = optionValue(command, input, token);
    } else if (token.kind === "positional") {
      const argument = command.arguments[position++];
      if (!argument) throw wrongUsage(command, `"${token.value}" is one word too many.`);
      input.arguments[argument.name] = token.value;
    }
  }
  const missing = command.arguments.slice(position).find(({ required }) => required);
  if (missing) throw wrongUsage(command, `${missing.name} is missing.`);
  for (const [name, { value, required }] of Object.entries(command.options)) {
    if (required && input.options[name] === undefined) {
      throw wrongUsage(command, `--${name} ${value} is missing.`);
    }
  }
  return input;
}

interface OptionToken {
  name: string;
  rawName: string;
  value?: string;
  inlineValue?: boolean;
}

function optionValue(command: CliCommand, input: CliInput, token: OptionToken): string {
  const { name, rawName, value, inlineValue } = token;
  const option = rawName.startsWith("--") ? command.options[name] : undefined;
  if (!option) {
    const known = Object.keys(command.options).map((name) => `--${name}`);
    const allowed = known.length === 0 ? "It takes no options." : `It takes ${known.join(", ")}.`;
    throw wrongUsage(command, `There is no option ${rawName}. ${allowed}`);
  }
  if (input.options[name] !== undefined) throw wrongUsage(command, `--${name} stands there twice.`);
  if (!option.value) {
    if (value !== undefined) throw wrongUsage(command, `--${name} is a switch and takes no value.`);
    return "";
  }
  // The option after it was swallowed as its value.
  if (value === undefined || (!inlineValue && value.startsWith("--"))) {
    throw wrongUsage(command, `--${name} needs a value: --${name} ${option.value}.`);
  }
  return value;
}

function wrongUsage(command: CliCommand, problem: string): UsageError {
  return new UsageError(`${problem}\nUsage: ${usageOf(command)}\nExample: ${command.example}`);
}

/** Everything about the commands, for `milepost help`. */
export function describeCommands(commands: readonly CliCommand[]): string {
  return commands.map((command) => {
    const options = Object.entries(command.options).map(([name, { value, description }]) =>
      `    --${name}${value ? ` ${value}` : ""}: ${description}`
    );
    return [`${usageOf(command)}`, `  ${command.summary}`, ...options].join("\n");
  }).join("\n\n");
}
