/** Where the playground is, for links to it. */
export const PLAYGROUND = "https://layerwise.github.io/layerwise/";
