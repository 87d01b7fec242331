/** Counts the open sockets that have not shown yet whose they are, in this process and by the network that they come from. */
export class UnknownSockets {
  readonly #networks = new Map<object, string>();
  readonly #counts = new Map<string, number>();

  /** Why another one from there has no place; `undefined`: it has. */
  refusal(network: string, most: { unknownSockets: number; unknownSocketsPerNetwork: number }): string | undefined {
    if ((this.#counts.get(network) ?? 0) >= most.unknownSocketsPerNetwork) return "network_has_too_many_unknown";
    return this.#networks.size >= most.unknownSockets ? "process_has_too_many_unknown" : undefined;
  }

  add(socket: object, network: string): void {
    this.#networks.set(socket, network);
    this.#counts.set(network, (this.#counts.get(network) ?? 0) + 1);
  }

  /** It is known now, or gone. */
  remove(socket: object): void {
    const network = this.#networks.get(socket);
    if (network === undefined) return;
    this.#networks.delete(socket);
    const count = (this.#counts.get(network) ?? 1) - 1;
    if (count > 0) this.#counts.set(network, count);
    else this.#counts.delete(network);
  }
}
