/** The headers of a file that a browser keeps under a name. */

/** The name for browsers that know RFC 6266, and its Latin letters for others; `otherwise` where it begins with none. */
export function attachmentNamed(fileName: string, otherwise: string): string {
  const safe = fileName.replace(/[/\\]/g, "-").replace(/^[.-]+/, "-");
  const latin = safe.replace(/[^\w.-]+/g, "-").replace(/-{2,}/g, "-").replace(/^-/, "");
  const ascii = /[^\w.-]/.test(safe[0]) ? `${otherwise}-${latin}` : latin;
  const whole = encodeURIComponent(safe).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${whole}`;
}
