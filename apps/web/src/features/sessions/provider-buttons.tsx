"use client";

import { useMutation } from "@tanstack/react-query";
import { Button } from "../../ui/button.tsx";
import { explainError } from "../../ui/explain-error.ts";
import { callAuth } from "./auth-calls.ts";
import { FormError } from "./form-error.tsx";

export interface SignInProvider {
  id: string;
  name: string;
}

/** Other places where people have an account already. */
export function ProviderButtons({ providers, returnTo }: { providers: readonly SignInProvider[]; returnTo: string }) {
  const start = useMutation({
    mutationFn: async (provider: string) => {
      const { url } = await callAuth<{ url: string }>("/sign-in/social", { provider, callbackURL: returnTo });
      location.assign(url);
    },
  });
  if (providers.length === 0) return null;
  return (
    <div className="mt-4 flex flex-col gap-2">
      <p className="flex items-center gap-3 text-xs text-faint before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        or
      </p>
      {providers.map((provider) => (
        <Button
          key={provider.id}
          busy={(start.isPending || start.isSuccess) && start.variables === provider.id}
          onClick={() => start.mutate(provider.id)}
        >
          Sign in with {provider.name}
        </Button>
      ))}
      {start.isError ? <FormError text={explainError(start.error).reason} /> : null}
    </div>
  );
}
