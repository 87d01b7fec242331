import dgram from "node:dgram";
import dns from "node:dns";
import { appendFileSync } from "node:fs";
import net from "node:net";

// Preloaded into a process under test: notes every attempt to reach something outside this machine, before it is made.
const file = process.env.RECORD_CONNECTIONS_TO;
const isInside = (host) => host === undefined || host === "localhost" || host === "::1" || /^127\./.test(host) || host === "0.0.0.0";
const note = (what, host) => {
  if (!isInside(host)) appendFileSync(file, `${what} ${host}\n`);
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function recordedConnect(...parameters) {
  const [first] = Array.isArray(parameters[0]) ? parameters[0] : parameters;
  if (typeof first === "number") note("connect", typeof parameters[1] === "string" ? parameters[1] : undefined);
  else if (first && typeof first === "object" && !first.path) note("connect", first.host);
  return connect.apply(this, parameters);
};
for (const holder of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
  for (const name of Object.getOwnPropertyNames(holder)) {
    if (!/^(lookup|resolve|reverse)/.test(name) || typeof holder[name] !== "function") continue;
    const original = holder[name];
    holder[name] = function recordedLookup(host, ...rest) {
      note(`dns.${name}`, host);
      return original.call(this, host, ...rest);
    };
  }
}
for (const name of ["send", "connect"]) {
  const original = dgram.Socket.prototype[name];
  dgram.Socket.prototype[name] = function recordedDatagram(...parameters) {
    const host = parameters.find((parameter) => typeof parameter === "string" && /[.:]/.test(parameter));
    note(`udp.${name}`, host);
    return original.apply(this, parameters);
  };
}
appendFileSync(file, "");
