import type { Endpoint } from "@crew/contracts/endpoint";

/** What is sent for each endpoint, checked by the compiler against the contract's own method and path. */
type Lines<T extends Record<string, Endpoint>> = { [K in keyof T]: `${T[K]["method"]} ${T[K]["path"]}${BodyMark<T[K]>}` };
/** A DELETE that has a body says so; elsewhere the method tells. */
type BodyMark<E extends Endpoint> = E extends { method: "DELETE"; body: unknown } ? " {}" : "";

/**
 * The contract's endpoints without their schemas: a call needs only method and path, the types stay those of the
 * contract, and a page need not load a validator (20 kB) to read a list.
 */
export function endpoints<T extends Record<string, Endpoint>>(lines: Lines<T>): T {
  const table = Object.entries<string>(lines).map(([name, line]) => {
    const [method = "", path, body] = line.split(" ");
    // `call` sends a body where the endpoint has one.
    return [name, { method, path, ...(body || /^P/.test(method) ? { body: {} } : {}) }];
  });
  return Object.fromEntries(table) as T;
}
