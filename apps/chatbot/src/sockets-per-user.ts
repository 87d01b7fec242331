/** Counts open sockets for each user. */
export class SocketsPerUser {
  readonly #users = new Map<object, string>();
  readonly #counts = new Map<string, number>();

  /** `false`: the user has `max` already. A socket that changes its user counts for the new one alone. */
  add(socket: object, userId: string, max: number): boolean {
    if (this.#users.get(socket) === userId) return true;
    const count = this.#counts.get(userId) ?? 0;
    if (count >= max) return false;
    this.remove(socket);
    this.#users.set(socket, userId);
    this.#counts.set(userId, count + 1);
    return true;
  }

  remove(socket: object): void {
    const userId = this.#users.get(socket);
    if (userId === undefined) return;
    this.#users.delete(socket);
    const count = (this.#counts.get(userId) ?? 1) - 1;
    if (count > 0) this.#counts.set(userId, count);
    else this.#counts.delete(userId);
  }
}
