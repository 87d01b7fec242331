import type { Actor } from "@crew/core/access/actor";
import type { ProviderSettings } from "@crew/core/system";
import { createActor } from "./actors.ts";
import { fakeProviderSettings } from "./fake-provider/fake-provider-settings.ts";
import { type FakeProvider, startFakeProvider } from "./fake-provider/start-fake-provider.ts";
import { openTestSystem, type TestSystem } from "./open-test-system.ts";

/** A system, somebody in it, and the provider that its models are asked of: what tests of runs and chats begin with. */
export interface ModelHouse extends AsyncDisposable {
  system: TestSystem;
  fake: FakeProvider;
  ada: Actor;
  as(actor: Actor): TestSystem & { actor: Actor };
  /** The provider says what it does by itself again, and has heard nothing. */
  forget(): void;
}

/** `offer`: how its models are offered; absent: as `fake/<id>`. */
export async function openModelHouse(
  offer: (fake: FakeProvider) => ProviderSettings[] = (fake) => [fakeProviderSettings(fake)],
  options: Parameters<typeof openTestSystem>[0] = {},
): Promise<ModelHouse> {
  await using stack = new AsyncDisposableStack();
  const fake = stack.use(await startFakeProvider());
  const system = stack.use(await openTestSystem({ ...options, config: { ...options.config, modelProviders: offer(fake) } }));
  const ada = await createActor(system);
  const disposable = stack.move();
  return {
    system,
    fake,
    ada,
    as: (actor) => ({ ...system, actor }),
    forget() {
      fake.setScript({});
      fake.clearJournal();
    },
    [Symbol.asyncDispose]: () => disposable.disposeAsync(),
  };
}
