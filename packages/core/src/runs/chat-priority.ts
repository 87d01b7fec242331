/** Beyond what a run can be given: somebody sits before the answer and waits. */
export const CHAT_PRIORITY = 1_000;
