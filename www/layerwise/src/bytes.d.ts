/** The whole engine as text: deflated, then base64. `scripts/package.mjs` writes `bytes.js`. */
export declare const base64: string;
/** Bytes of the module. */
export declare const size: number;
