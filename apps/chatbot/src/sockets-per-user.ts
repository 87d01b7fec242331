import { SocketCounts } from "./socket-counts.ts";

/** Counts open sockets for each user. */
export class SocketsPerUser {
  readonly #users = new SocketCounts();

  /** `false`: the user has `max` already. A socket that changes its user counts for the new one alone. */
  add(socket: object, userId: string, max: number): boolean {
    if (this.#users.nameOf(socket) === userId) return true;
    if (this.#users.count(userId) >= max) return false;
    this.#users.add(socket, userId);
    return true;
  }

  remove(socket: object): void {
    this.#users.remove(socket);
  }
}
