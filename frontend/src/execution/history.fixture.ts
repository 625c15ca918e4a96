/** Writes histories as AWS does, for the tests: each event names the one before it on its own path. */
import type { HistoryEvent } from "./types";

const KINDS: Readonly<Record<string, string>> = { Task: "Task", Wait: "Wait", Choice: "Choice", Pass: "Pass", Fail: "Fail", Succeed: "Succeed", Parallel: "Parallel", Map: "Map" };

export class History {
  readonly events: HistoryEvent[] = [];
  private readonly types = new Map<string, string>();

  constructor(
    private at = Date.parse("2024-03-05T14:02:11.000Z"),
    definition?: unknown,
  ) {
    if (definition !== undefined) this.learn(definition);
  }

  private learn(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === "States") for (const [name, state] of Object.entries(inner as Record<string, { Type: string }>)) this.types.set(name, state.Type);
      this.learn(inner);
    }
  }

  /** Lets time pass. */
  after(milliseconds: number): this {
    this.at += milliseconds;
    return this;
  }

  add(type: string, previousEventId: number, details: Record<string, unknown> = {}): number {
    const id = this.events.length + 1;
    const family = type.endsWith("StateEntered") ? "stateEntered" : type.endsWith("StateExited") ? "stateExited" : type.charAt(0).toLowerCase() + type.slice(1);
    this.events.push({ id, previousEventId, type, timestamp: new Date(this.at).toISOString(), [`${family}EventDetails`]: details });
    return id;
  }

  start(input: unknown = {}): number {
    return this.add("ExecutionStarted", 0, { input: JSON.stringify(input) });
  }

  enter(name: string, previous: number, input: unknown = {}): number {
    const type = this.types.get(name) ?? "Task";
    return this.add(`${KINDS[type] ?? "Task"}StateEntered`, previous, { name, input: JSON.stringify(input) });
  }

  exit(name: string, previous: number, output: unknown = {}): number {
    const type = this.types.get(name) ?? "Task";
    return this.add(`${KINDS[type] ?? "Task"}StateExited`, previous, { name, output: JSON.stringify(output) });
  }

  schedule(previous: number, resource = "getObject", resourceType = "aws-sdk:s3", parameters: unknown = {}): number {
    const scheduled = this.add("TaskScheduled", previous, { resource, resourceType, parameters: JSON.stringify(parameters) });
    return this.add("TaskStarted", scheduled, { resource, resourceType });
  }

  succeed(previous: number, output: unknown = {}): number {
    return this.add("TaskSucceeded", previous, { output: JSON.stringify(output) });
  }

  fail(previous: number, error: string, cause = ""): number {
    return this.add("TaskFailed", previous, { error, cause });
  }

  /** A state from entering to leaving, taking some time. */
  pass(name: string, previous: number, milliseconds = 0, input: unknown = {}, output: unknown = {}): number {
    const entered = this.enter(name, previous, input);
    if (this.types.get(name) !== "Task") {
      this.after(milliseconds);
      return this.exit(name, entered, output);
    }
    const started = this.schedule(entered);
    this.after(milliseconds);
    return this.exit(name, this.succeed(started, output), output);
  }
}
