/** The modules as text. `scripts/package.mjs` writes `bytes.js`. */
export interface Deflated {
  /** Bytes of the module. */
  size: number;
  base64: string;
}
export declare const engine: Deflated;
export declare const advice: Deflated;
