/** simple-peer narrates what it does to `debug`; nobody listens. */
const debug = () => () => undefined;

// What `require` of this module is in CommonJS: the function itself.
export { debug as 'module.exports' };
