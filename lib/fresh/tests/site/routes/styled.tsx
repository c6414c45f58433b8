/** A page with a style sheet of its own. */
export const css = ["./styled.css"];

export default () => <p>styled</p>;
