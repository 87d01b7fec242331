/** Apart from the schemas, so that a page need not load a validator to know them. */
export const MAX_ANSWER_CHARACTERS = 20_000;
export const MAX_EDITED_CHARACTERS = 200_000;
export const MAX_APPROVALS_COUNTED = 100;
