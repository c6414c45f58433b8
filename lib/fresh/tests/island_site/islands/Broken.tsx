/** Renders a block, which may not stand everywhere. */
export default function Broken() {
  return <div class="broken">block</div>;
}
