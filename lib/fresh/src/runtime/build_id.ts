/** The build that is running, for addresses that browsers may keep for good. */

declare const __FRESH_BUILD_ID__: string | undefined;

let current = typeof __FRESH_BUILD_ID__ === "string" ? __FRESH_BUILD_ID__ : "";

export function buildId(): string {
  return current;
}

export function setBuildId(id: string): void {
  current = id;
}
