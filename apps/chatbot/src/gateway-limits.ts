/** Everything that can grow in the gateway, and every time that it waits. Tests set smaller ones. */
export const GATEWAY_LIMITS = {
  sockets: 20_000,
  socketsPerUser: 50,
  /** Open at the same time and not known yet whose they are; clients have their ticket before they connect. */
  unknownSockets: 2_000,
  /** Of those, from one IPv4 address or IPv6 /64. */
  unknownSocketsPerNetwork: 20,
  subscriptionsPerSocket: 64,
  /** Subscriptions and messages of one user, on all sockets. */
  framesPerMinute: 600,
  /** Frames of one socket that wait for a verb. */
  waitingFrames: 128,
  payloadBytes: 256 * 1024,
  /** More than this unread by the peer, and live frames are dropped. */
  bufferedBytes: 1024 * 1024,
  /** Stored events are sent no faster than down to this. */
  lowBufferedBytes: 256 * 1024,
  slowReaderMs: 10_000,
  authenticateMs: 5_000,
  pingEveryMs: 30_000,
  deadAfterMs: 45_000,
  /** A socket is asked for fresh credentials from time to time: its client comes back by itself. */
  lifetimeMs: 60 * 60_000,
  /** A revocation that the bus has lost counts after this long. */
  recheckMs: 4_000,
  /** Without a hint for this long the rows are asked; up to the second figure while they have nothing new. */
  pollMs: 1_000,
  slowPollMs: 5_000,
  /** A restart closes its sockets over this time, so that they do not all come back at once. */
  closeSpreadMs: 1_000,
};

export type GatewayLimits = typeof GATEWAY_LIMITS;
