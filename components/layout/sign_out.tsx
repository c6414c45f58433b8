/** The way out of a session. It stands on every page that needs a sign-in, whatever its frame. */

/** `action` is where it is sent: `/sign-out`. */
export function SignOut({ action }: { action: string }) {
  return (
    <form method="post" action={action}>
      <button type="submit" class="tap text-label font-semibold text-blue underline">
        Sign out
      </button>
    </form>
  );
}
