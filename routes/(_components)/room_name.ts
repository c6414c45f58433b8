/** The name of the room that a page belongs to, as the menu has it. */
import { navGroups } from "../../components/layout/nav_groups.ts";
import { capabilities } from "../../lib/core/actor.ts";

const rooms = navGroups(new Set(capabilities)).flatMap(({ items }) => items);

/** "Invoice runs" for `/runs/…/approve`; "Your account" for what is in no room of the menu. */
export function roomName(path: string): string {
  const first = `/${path.split(/[/?]/)[1]}`;
  return first === "/" ? "Home" : rooms.find(({ href }) => href === first)?.label ?? "Your account";
}
