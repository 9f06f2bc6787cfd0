/** Deflate for links. `scripts/package.mjs` puts fflate's code in the place of this file: the package depends on nothing. */
export { deflateSync, Inflate, inflateSync } from "fflate";
