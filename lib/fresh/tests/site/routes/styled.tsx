/** A page with a style sheet of its own. */
export const css = ["../static/styled.css"];

export default () => <p>styled</p>;
