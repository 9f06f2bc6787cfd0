/** Exit statuses, as ruff, eslint and hadolint have them. */
export type Status = 0 | 1 | 2;

export const NOTHING_FOUND = 0;
export const FINDINGS = 1;
export const COULD_NOT_RUN = 2;
