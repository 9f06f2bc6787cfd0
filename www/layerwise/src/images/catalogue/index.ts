/**
 * What the Dockerfiles of much used official images say of their configuration.
 *
 * Each entry rests on its `source` at the commit named there, and on the commits before it for tags that are no longer
 * built. Which Dockerfile a tag is of, and on which distribution it stands if it names none, is said in `library/` of
 * https://github.com/docker-library/official-images/tree/37079fb336f5. A variable whose
 * value differs from release to release (`PYTHON_VERSION`) is named without a value unless the tag says it. A tag that
 * is not covered is not known; nothing is guessed from what other tags have.
 */
import { DISTRIBUTIONS } from "./distributions.ts";
import { DOTNET } from "./dotnet.ts";
import type { Entry } from "./entry.ts";
import { JAVA } from "./java.ts";
import { LANGUAGES } from "./languages.ts";
import { SERVERS } from "./servers.ts";

export const CATALOGUE: readonly Entry[] = [...LANGUAGES, ...JAVA, ...DOTNET, ...SERVERS, ...DISTRIBUTIONS];
