/** How a state's test went: its end, the way of its data, and what an HTTP Task sent and got. */

import type { JsonValue } from "../../../asl/document";
import type { State } from "../../../asl/machine";
import { DataPath, ValueStation } from "../../../dataflow/Station";
import { JsonPane, pretty } from "../../../execution/JsonView";
import { StatusGlyph, type StatusTone } from "../../../graph";
import { goTo } from "../../pageCommands";
import { join } from "../binding";
import { takeVisit, type } from "../preview/samples";
import { handlingWords, stopsOf, type Answer, type HttpMessage } from "./order";

const LOOK: Readonly<Record<Answer["status"], readonly [StatusTone, string]>> = {
  SUCCEEDED: ["ok", "Succeeded"],
  FAILED: ["fail", "Failed"],
  RETRIABLE: ["retry", "Would be tried again"],
  CAUGHT_ERROR: ["retry", "Error caught"],
};

export function Result({ answer, state }: { answer: Answer; state: State }) {
  const [tone, word] = LOOK[answer.status];
  const { inspectionData, nextState, error, cause } = answer;
  const next = nextState === undefined ? undefined : state.scope.states.get(nextState);
  return (
    <section aria-label="Outcome of the test" aria-live="polite" className="flex flex-col gap-3 border-t border-base-300 pt-3">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-s">
        <span className={`chip chip-${tone}`}>
          <StatusGlyph tone={tone} size={12} className="text-current" /> {word}
        </span>
        {nextState === undefined ? null : (
          <span>
            Next:{" "}
            <button type="button" className="link" disabled={next === undefined} onClick={() => goTo(join(state.scope.pointer, "States", nextState))}>
              {nextState}
            </button>
          </span>
        )}
      </p>
      {error === undefined ? null : (
        <p className="text-s [overflow-wrap:anywhere]">
          <b className="font-medium">{error}</b> {cause}
        </p>
      )}
      {handlingWords(answer) === "" ? null : <p className="text-xs text-ink-2">{handlingWords(answer)}</p>}
      <DataPath label="The way of the data in the test">
        {stopsOf(answer).map(({ title, aside, text, before }) => (
          <ValueStation key={title} title={title} aside={aside} label={title} tone={aside ? "plain" : "ends"} before={aside || before === undefined ? undefined : parsed(before)} found={{ value: parsed(text), shown: { text, size: text.length, cut: false } }} />
        ))}
      </DataPath>
      {inspectionData?.request === undefined ? null : <Message title="Request" message={inspectionData.request} />}
      {inspectionData?.response === undefined ? null : <Message title="Response" message={inspectionData.response} />}
      <UseAsSample answer={answer} state={state} />
    </section>
  );
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function Message({ title, message }: { title: string; message: HttpMessage }) {
  const { protocol, method, url, statusCode, statusMessage, headers, body } = message;
  const line = [method, url, statusCode, statusMessage, protocol].filter((part) => part !== undefined && part !== "").join(" ");
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <h3 className="text-s font-semibold">{title}</h3>
      <p className="code text-2xs! whitespace-pre-wrap! [overflow-wrap:anywhere]">{line}</p>
      {headers === undefined ? null : <JsonPane title={`${title} headers`} text={pretty(headers)} empty={null} grow={false} />}
      {body === undefined ? null : <JsonPane title={`${title} body`} text={pretty(body)} empty={null} grow={false} />}
    </section>
  );
}

/** What came out here goes on as the sample of this state, or as the input of the next one. */
function UseAsSample({ answer, state }: { answer: Answer; state: State }) {
  const result = answer.inspectionData?.["result"];
  const { output, nextState } = answer;
  const variables = answer.inspectionData?.["variables"];
  return (
    <div className="flex flex-wrap gap-2">
      {typeof result !== "string" ? null : (
        <button type="button" className="btn btn-line btn-sm" onClick={() => type(state.name, { result: pretty(result) })}>
          Use the result as sample
        </button>
      )}
      {output === undefined || nextState === undefined || !state.scope.states.has(nextState) ? null : (
        <button
          type="button"
          className="btn btn-line btn-sm"
          onClick={() => {
            const known = typeof variables === "string" ? (JSON.parse(variables) as Record<string, unknown>) : {};
            takeVisit(nextState, { input: output, result: null, output: null, error: null, variables: known, index: null });
            goTo(join(state.scope.pointer, "States", nextState));
          }}
        >
          Go on with {nextState}
        </button>
      )}
    </div>
  );
}
