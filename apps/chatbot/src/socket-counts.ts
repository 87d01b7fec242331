/** Counts sockets by what each goes by: its user, or the network that it comes from. A socket counts once. */
export class SocketCounts {
  readonly #names = new Map<object, string>();
  readonly #counts = new Map<string, number>();

  get total(): number {
    return this.#names.size;
  }

  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  nameOf(socket: object): string | undefined {
    return this.#names.get(socket);
  }

  /** One that was counted by another name is so no more. */
  add(socket: object, name: string): void {
    this.remove(socket);
    this.#names.set(socket, name);
    this.#counts.set(name, this.count(name) + 1);
  }

  remove(socket: object): void {
    const name = this.#names.get(socket);
    if (name === undefined) return;
    this.#names.delete(socket);
    const left = this.count(name) - 1;
    if (left > 0) this.#counts.set(name, left);
    else this.#counts.delete(name);
  }
}
