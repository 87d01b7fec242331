/** When deliveries are due that nobody may send before the operator says so: never by itself. */
export const HELD_UNTIL = "9999-12-31T00:00:00Z";
