/** Always fails. */
export const handler = {
  GET(): Response {
    throw new Error("api");
  },
};
