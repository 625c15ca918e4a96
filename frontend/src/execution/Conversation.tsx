/** What a model was asked and answered, with the parameters and the tokens. */
import type { ModelCall } from "./modelCall";

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
