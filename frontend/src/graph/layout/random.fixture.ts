/** Random nested definitions with targets anywhere: worse than anything that people write. Seeded, so a fault comes back. */

export function random(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 12), 0x297a2d39);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) / 4294967296;
  };
}

export function randomDefinition(next: () => number, depth = 0): unknown {
  const below = (most: number): number => Math.floor(next() * most);
  const count = 1 + below(depth === 0 ? 12 : 5);
  const prefix = `${"abcdefg".charAt(depth)}${below(1_000_000)}`;
  const names = Array.from({ length: count }, (_, i) => `${prefix} state ${i}${next() < 0.3 ? " with a rather long name" : ""}`);
  const anyone = (): string => names[below(count)] ?? "";
  const States: Record<string, unknown> = {};
  names.forEach((name, i) => {
    const onward = i + 1 < count && next() < 0.7 ? names[i + 1] : anyone();
    const exit = next() < 0.2 ? { End: true } : { Next: onward };
    const Catch = next() < 0.3 ? { Catch: Array.from({ length: 1 + below(2) }, () => ({ ErrorEquals: [next() < 0.5 ? "States.ALL" : "Some.LongErrorNameException"], Next: anyone() })) } : {};
    const kind = next();
    if (kind < 0.25)
      States[name] = {
        Type: "Choice",
        Choices: Array.from({ length: 1 + below(4) }, (_, rule) => ({ Variable: "$.kind", StringEquals: `value ${rule}`, Next: anyone() })),
        ...(next() < 0.6 && { Default: anyone() }),
      };
    else if (kind < 0.35 && depth < 3) States[name] = { Type: "Parallel", Branches: Array.from({ length: 1 + below(3) }, () => randomDefinition(next, depth + 1)), ...exit, ...Catch };
    else if (kind < 0.42 && depth < 3) States[name] = { Type: "Map", ItemProcessor: randomDefinition(next, depth + 1), ...exit, ...Catch };
    else if (kind < 0.5) States[name] = { Type: "Fail", Error: "E" };
    else if (kind < 0.55) States[name] = { Type: "Succeed" };
    else States[name] = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", ...exit, ...Catch };
  });
  return { StartAt: names[0], States };
}
