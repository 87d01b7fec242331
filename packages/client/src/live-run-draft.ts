import { CHAT_TASK, type LiveItem, type LiveRunView, type LiveTask } from "./live-run-view.ts";

/**
 * Writes to a copy of a view and copies only what is touched, once a batch: ten thousand events are read in linear time,
 * and a page redraws only the cards whose objects are new.
 */
export class LiveRunDraft {
  readonly view: LiveRunView;
  readonly #fresh = new Set<object>();
  readonly #taskAt = new Map<string, number>();
  readonly #itemAt = new Map<string, Map<string, number>>();

  constructor(before: LiveRunView) {
    this.view = { ...before, tasks: [...before.tasks], approvals: [...before.approvals], resumptions: [...before.resumptions] };
    this.view.totals = { ...before.totals };
    this.view.early = { ...before.early };
    this.view.places = { ...before.places };
    before.tasks.forEach((task, position) => {
      this.#taskAt.set(task.key, position);
    });
  }

  hasTask(key: string): boolean {
    return this.#taskAt.has(key);
  }

  /** The task, made if the plan did not name it, ready to be written to. */
  task(key: string): LiveTask {
    const position = this.#taskAt.get(key);
    if (position === undefined) {
      const task: LiveTask = newTask(key);
      this.#fresh.add(task);
      this.#taskAt.set(key, this.view.tasks.push(task) - 1);
      return task;
    }
    const task = this.view.tasks[position] as LiveTask;
    if (this.#fresh.has(task)) return task;
    const copy = { ...task, items: [...task.items] };
    this.#fresh.add(copy);
    this.view.tasks[position] = copy;
    return copy;
  }

  /** The item of that kind and id, ready to be written to. */
  item<K extends LiveItem["kind"]>(taskKey: string, kind: K, id: string): Extract<LiveItem, { kind: K }> | undefined {
    const position = this.#positions(taskKey).get(`${kind} ${id}`);
    if (position === undefined) return undefined;
    const { items } = this.task(taskKey);
    const item = items[position] as Extract<LiveItem, { kind: K }>;
    if (this.#fresh.has(item)) return item;
    const copy = { ...item };
    this.#fresh.add(copy);
    items[position] = copy;
    return copy;
  }

  add<T extends LiveItem>(taskKey: string, item: T): T {
    this.#fresh.add(item);
    const { items } = this.task(taskKey);
    this.#positions(taskKey).set(`${item.kind} ${item.id}`, items.push(item) - 1);
    return item;
  }

  /** Tells it after whatever has happened since it was added. */
  moveToEnd(taskKey: string, kind: LiveItem["kind"], id: string): void {
    const { items } = this.task(taskKey);
    const position = this.#positions(taskKey).get(`${kind} ${id}`);
    if (position === undefined || position === items.length - 1) return;
    items.push(...items.splice(position, 1));
    this.#itemAt.delete(taskKey);
  }

  /** Where something that names no task belongs: the task that was at work last. */
  get current(): string | undefined {
    const { tasks } = this.view;
    const active = tasks.findLast((task) => task.state === "running" || task.state === "waiting");
    return (active ?? tasks.findLast((task) => task.startedAt !== null))?.key;
  }

  #positions(taskKey: string): Map<string, number> {
    let positions = this.#itemAt.get(taskKey);
    if (positions === undefined) {
      positions = new Map();
      for (const [position, item] of this.task(taskKey).items.entries()) positions.set(`${item.kind} ${item.id}`, position);
      this.#itemAt.set(taskKey, positions);
    }
    return positions;
  }
}

function newTask(key: string): LiveTask {
  return {
    key,
    agentKey: "",
    agentRole: key === CHAT_TASK ? "Assistant" : "",
    description: "",
    expectedOutput: "",
    model: null,
    tools: [],
    state: "pending",
    startedAt: null,
    endedAt: null,
    items: [],
    output: null,
    error: null,
  };
}
