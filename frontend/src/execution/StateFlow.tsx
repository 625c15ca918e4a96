/** What the history says of a state's way with data, step by step, and a model's answer as a conversation. */
import { JsonPane } from "./JsonView";
import type { ModelCall } from "./modelCall";
import type { Visit } from "./status";

const BETWEEN: readonly (readonly [title: string, ...fields: string[]])[] = [
  ["Input"],
  ["Request", "InputPath", "Parameters", "Arguments"],
  ["Result"],
  ["Output", "ResultSelector", "ResultPath", "OutputPath", "Output"],
  ["Variables", "Assign"],
];

/** Recorded values, each with the fields of the definition that led to it. */
export function StateFlow({ visit, definition }: { visit: Visit; definition: unknown }) {
  const fields = (typeof definition === "object" && definition !== null ? definition : {}) as Readonly<Record<string, unknown>>;
  const attempt = visit.attempts.at(-1);
  const texts: Readonly<Record<string, string | null>> = { Input: visit.input, Request: attempt?.parameters ?? null, Result: attempt?.result ?? null, Output: visit.output, Variables: visit.assigned };
  const steps = BETWEEN.filter(([title]) => texts[title] !== null && texts[title] !== undefined);
  return (
    <ol className="flex flex-col gap-3">
      {steps.map(([title, ...names]) => {
        const used = names.filter((name) => fields[name] !== undefined);
        return (
          <li key={title} className="flex flex-col gap-1">
            {used.length > 0 && (
              <pre className="code border-l-2 border-line-2 py-0.5 pl-3 text-2xs! text-ink-2 whitespace-pre-wrap! [overflow-wrap:anywhere]">{used.map((name) => `${name}: ${JSON.stringify(fields[name])}`).join("\n")}</pre>
            )}
            <div className="flex max-h-64 flex-col">
              <JsonPane title={title} text={texts[title] ?? null} empty={null} />
            </div>
          </li>
        );
      })}
    </ol>
  );
}

export function Conversation({ call }: { call: ModelCall }) {
  const facts: [string, string][] = [
    ["Model", call.model],
    ...(call.tokensIn === null ? [] : [["Tokens in", call.tokensIn.toLocaleString("en")] as [string, string]]),
    ...(call.tokensOut === null ? [] : [["Tokens out", call.tokensOut.toLocaleString("en")] as [string, string]]),
    ...Object.entries(call.parameters).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)] as [string, string]),
  ];
  return (
    <>
      <dl className="flex flex-none flex-wrap gap-x-6 gap-y-2">
        {facts.map(([name, value]) => (
          <div key={name} className="min-w-0 max-w-full">
            <dt className="text-2xs text-ink-3">{name}</dt>
            <dd className="num truncate text-s" title={value}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
      <ol aria-label="Conversation" className="flex flex-col gap-2">
        {call.messages.map(({ role, text }, i) => (
          <li key={i} className={`rounded-lg border border-base-300 px-3 py-2 ${role === "assistant" ? "ml-8 bg-secondary" : "mr-8 bg-base-100"}`}>
            <p className="text-2xs font-medium text-ink-3">{role === "assistant" ? "Model" : role === "system" ? "System" : "Prompt"}</p>
            <p className="mt-0.5 text-s whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</p>
          </li>
        ))}
      </ol>
    </>
  );
}
