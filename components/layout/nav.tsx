/** The main menu: beside the page from 1024 px, before that a native popover that covers the page. */
import { Icon } from "../ui/icon.tsx";
import type { NavGroup, NavItem } from "./nav_groups.ts";
import { SignOut } from "./sign_out.tsx";

const menuId = "menu";

// `popover` hides it until it is opened; from 1024 px it stands in the page, whatever the popover's state.
const frame = "w-full h-full m-0 p-4 bg-paper text-ink " +
  "lg:block lg:static lg:w-auto lg:h-auto lg:px-3 lg:bg-tint lg:border-r lg:border-line screen-only";
const button =
  "inline-flex items-center justify-center gap-2 min-h-tap min-w-tap px-4 font-semibold text-blue bg-paper border-control border-blue rounded cursor-pointer lg:hidden";
const item =
  "flex items-center justify-between min-h-tap px-3 py-2 text-ink no-underline border-l-4 border-transparent hover:underline hover:bg-tint-2";
const current =
  "flex items-center justify-between min-h-tap px-3 py-2 no-underline font-bold text-blue border-l-4 border-blue bg-blue-tint";

export function MenuButton() {
  return <button type="button" popovertarget={menuId} class={button}>Menu</button>;
}

/** "page" on the room itself, "true" on a page inside it. */
function currency(item: NavItem, path: string): "page" | "true" | undefined {
  if (path === item.href) return "page";
  return item.href !== "/" && path.startsWith(`${item.href}/`) ? "true" : undefined;
}

function Item(
  { item: { label, href, waiting }, here }: { item: NavItem; here: "page" | "true" | undefined },
) {
  return (
    <li>
      <a href={href} aria-current={here} class={here ? current : item}>
        {label}
        {waiting && (
          <span class="text-label font-normal text-ink-2 tabular-nums">
            {waiting.count}
            <span class="sr-only">{` ${waiting.what}`}</span>
          </span>
        )}
      </a>
    </li>
  );
}

/** Whose books are open; a link where the person has several. */
export function BusinessLink({ name, switchHref }: { name: string; switchHref?: string }) {
  if (!switchHref) return <p>{name}</p>;
  return (
    <a href={switchHref} class="tap">
      <span>
        {name}
        <span class="sr-only">, change business</span>
      </span>
      <Icon name="switch" />
    </a>
  );
}

export interface Person {
  name: string;
  accountHref?: string;
}

/** Who is signed in; a link to their account. */
export function PersonLink({ name, accountHref }: Person) {
  if (!accountHref) return <p>{name}</p>;
  return (
    <a href={accountHref} class="tap">
      <span>
        {name}
        <span class="sr-only">, your account</span>
      </span>
    </a>
  );
}

export interface NavProps {
  groups: NavGroup[];
  /** Path of the page, without the query. */
  path: string;
  person: Person;
  business: { name: string; switchHref?: string };
  signOutAction: string;
}

export function Nav({ groups, path, person, business, signOutAction }: NavProps) {
  return (
    <nav id={menuId} popover="auto" aria-label="Main" class={frame}>
      <div class="flex justify-end mb-4 lg:hidden">
        <button type="button" popovertarget={menuId} popovertargetaction="hide" autofocus class={button}>
          <Icon name="close" />Close menu
        </button>
      </div>
      {groups.map((group, index) => {
        const headingId = `nav-${index}`;
        return (
          <div key={headingId} class="mb-4">
            {group.label && (
              <p id={headingId} class="px-3 py-2 text-label font-semibold text-ink-2">{group.label}</p>
            )}
            <ul aria-labelledby={group.label && headingId}>
              {group.items.map((entry) => (
                <Item key={entry.href} item={entry} here={currency(entry, path)} />
              ))}
            </ul>
          </div>
        );
      })}
      <div class="px-3 pt-3 border-t border-line">
        <div class="text-label text-ink-2 lg:hidden">
          <PersonLink {...person} />
          <div>
            <BusinessLink {...business} />
          </div>
        </div>
        <SignOut action={signOutAction} />
      </div>
    </nav>
  );
}
