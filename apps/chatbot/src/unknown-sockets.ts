import { SocketCounts } from "./socket-counts.ts";

/** Counts the open sockets that have not shown yet whose they are, in this process and by the network that they come from. */
export class UnknownSockets {
  readonly #networks = new SocketCounts();

  /** Why another one from there has no place; `undefined`: it has. */
  refusal(network: string, most: { unknownSockets: number; unknownSocketsPerNetwork: number }): string | undefined {
    if (this.#networks.count(network) >= most.unknownSocketsPerNetwork) return "network_has_too_many_unknown";
    return this.#networks.total >= most.unknownSockets ? "process_has_too_many_unknown" : undefined;
  }

  add(socket: object, network: string): void {
    this.#networks.add(socket, network);
  }

  /** It is known now, or gone. */
  remove(socket: object): void {
    this.#networks.remove(socket);
  }
}
