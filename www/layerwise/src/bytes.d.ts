/** The engine as text. `scripts/package.mjs` writes the module: only the built package has it. */
export declare const deflated: {
  /** The module's deflated bytes. */
  base64: string;
  /** Length of the inflated module in bytes. */
  size: number;
};
