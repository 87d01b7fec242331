import { ClientFrame, type ServerFrame } from "@crew/contracts/socket";
import { AppError } from "@crew/core/app-error";
import type { Log } from "@crew/core/system";

export type ErrorFrame = Extract<ServerFrame, { type: "error" }>;

/** What the client is told of a failure; anything unexpected is logged under the request id and told without detail. */
export function errorFrame(error: unknown, requestId: string, log: Log): ErrorFrame {
  if (error instanceof AppError) return { type: "error", code: error.code, message: error.message, requestId };
  log.error({ err: error, requestId }, "a socket's frame failed");
  return { type: "error", code: "internal", message: "Something went wrong on our side. Try again.", requestId };
}

/** Throws `invalid` for anything but a frame of the contract. */
export function parseClientFrame(data: Buffer, isBinary: boolean): ClientFrame {
  if (isBinary) throw new AppError("invalid", "Frames are text.");
  let json: unknown;
  try {
    json = JSON.parse(data.toString("utf8"));
  } catch {
    throw new AppError("invalid", "The frame is not JSON.");
  }
  const parsed = ClientFrame.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError("invalid", `The frame is not one of the contract: ${issue?.path.join(".") || "type"}: ${issue?.message ?? "invalid"}`);
}
