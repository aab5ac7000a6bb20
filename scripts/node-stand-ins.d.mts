/** Package name to the file that stands in for it. */
export const NODE_STAND_INS: Readonly<Record<string, string>>;
