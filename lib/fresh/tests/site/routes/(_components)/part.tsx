/** Not a route. */ export default () => <p>component</p>;
