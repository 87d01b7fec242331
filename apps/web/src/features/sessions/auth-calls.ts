import { ApiError } from "@crew/client/api-error";

/** The session routes under `/api/auth` are Better Auth's own and not part of the contract's endpoints. */
async function post(path: string, body: object): Promise<void> {
  let response: Response;
  try {
    response = await fetch(`/api/auth${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(body),
    });
  } catch (cause) {
    throw new ApiError(
      { code: "unavailable", status: 0, detail: "The platform cannot be reached. See whether it is still running." },
      { cause },
    );
  }
  if (response.ok) return;
  const said = (await response.json().catch(() => ({}))) as { message?: string; detail?: string; requestId?: string };
  throw new ApiError({
    code: response.status === 429 ? "limited" : response.status >= 500 ? "unavailable" : "invalid",
    status: response.status,
    detail: said.detail ?? said.message ?? "The platform refused.",
    requestId: said.requestId,
  });
}

export function signIn(input: { email: string; password: string }): Promise<void> {
  return post("/sign-in/email", input);
}

export function signUp(input: { name: string; email: string; password: string }): Promise<void> {
  return post("/sign-up/email", input);
}

export function signOut(): Promise<void> {
  return post("/sign-out", {});
}
