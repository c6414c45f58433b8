/** What a check of a page found: which check, and in words what is wrong and where. */
export interface Finding {
  check: string;
  what: string;
}

/** For checks that run in the page: the functions they share, as source, because the page cannot import. */
export const pageFunctions = `
  const describe = (element) => {
    const tag = element.tagName.toLowerCase();
    const words = (element.getAttribute("aria-label") || element.textContent || element.value || "").trim().replace(/\\s+/g, " ");
    return "<" + tag + (element.id ? "#" + element.id : "") + "> “" + words.slice(0, 50) + "”";
  };
  /** Elements kept for screen readers only are clipped to a pixel. */
  const isShown = (element) => {
    if (!element.checkVisibility({ checkVisibilityCSS: true })) return false;
    const { width, height } = element.getBoundingClientRect();
    if (width < 2 || height < 2) return false;
    for (let parent = element; parent; parent = parent.parentElement) {
      const style = getComputedStyle(parent);
      if (style.position === "absolute" && (style.clip === "rect(0px, 0px, 0px, 0px)" || style.clipPath !== "none")) return false;
    }
    return true;
  };
`;
