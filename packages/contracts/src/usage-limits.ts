/** Apart from the schemas, so that a page need not load a validator to know it. */
export const MAX_USAGE_ROWS = 500;
