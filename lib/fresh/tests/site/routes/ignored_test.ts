/** Not a route. */ export default () => "test";
