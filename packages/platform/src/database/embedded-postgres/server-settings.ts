import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Small: an installation at rest should not be felt. Durability is PostgreSQL's default and asserted after the start. */
const SETTINGS: Record<string, string> = {
  shared_buffers: "32MB",
  jit: "off",
  huge_pages: "off",
  io_method: "sync",
  max_wal_size: "256MB",
  min_wal_size: "32MB",
  max_worker_processes: "2",
  max_parallel_workers: "0",
  max_parallel_workers_per_gather: "0",
  max_logical_replication_workers: "0",
  wal_level: "minimal",
  max_wal_senders: "0",
  autovacuum_max_workers: "1",
  autovacuum_worker_slots: "2",
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  log_destination: "stderr",
  logging_collector: "off",
  log_checkpoints: "off",
  // Above "error": a refused statement is the caller's to log, and this file is not rotated while the server runs.
  log_min_messages: "log",
  log_timezone: "UTC",
  timezone: "UTC",
};

/**
 * Writes the server's settings anew and returns its command line: a Unix socket and no port, unless `tcpPort` asks for
 * one on loopback.
 */
export function serverParameters(options: {
  data: string;
  socketFolder: string | null;
  tcpPort: number | null;
  maxConnections: number;
}): string[] {
  const settings = {
    ...SETTINGS,
    max_connections: String(options.maxConnections),
    unix_socket_directories: options.socketFolder ?? "",
    listen_addresses: options.tcpPort === null ? "" : "127.0.0.1",
    port: String(options.tcpPort ?? 5432),
    hba_file: join(options.data, "crew_hba.conf"),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'\n`);
  const file = join(options.data, "crew.conf");
  writeFileSync(file, lines.join(""), { mode: 0o644 });
  writeFileSync(settings.hba_file, "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n", { mode: 0o644 });
  return ["-D", options.data, "-c", `config_file=${file}`];
}
