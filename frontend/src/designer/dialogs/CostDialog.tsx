/** What a run of the design on the screen costs, with everything that the estimate assumes, to be changed. */

import { useEffect, useState } from "react";

import { ApiError, send } from "../api";
import { CheckInput, NumberInput } from "../parts/controls";
import { Dialog } from "../parts/Dialog";
import { openDialog, useDesigner } from "../state/store";

interface Line {
  state: string;
  name: string;
  visits: number;
  attempts: number;
  retries: boolean;
  transitions: number;
  model: string | null;
  tokens_in: number | null;
  tokens_out: number | null;
  cost: number | null;
}

interface Estimate {
  per_run: number;
  per_month: number;
  engine: number;
  tokens: number;
  transitions: number;
  lines: Line[];
  choices: { state: string; name: string; ways: { key: string; target: string; share: number; words: string }[] }[];
  maps: { state: string; name: string; iterations: number }[];
  notes: string[];
  prices: { as_of: string; region: string; source: string };
  past_runs: number;
  from_runs: boolean;
}

interface Assumed {
  shares: Record<string, Record<string, number>>;
  iterations: Record<string, number>;
  tokens: Record<string, [number, number]>;
  attempts: Record<string, number>;
  runs: number;
  seconds: number;
  megabytes: number;
  from_runs: boolean;
}

const START: Assumed = { shares: {}, iterations: {}, tokens: {}, attempts: {}, runs: 1000, seconds: 5, megabytes: 64, from_runs: false };

export function dollars(amount: number): string {
  if (amount === 0) return "$0";
  return amount < 0.01 ? `$${amount.toLocaleString("en", { maximumSignificantDigits: 2 })}` : `$${amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

const count = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 2 });

export default function CostDialog() {
  const { text, boot } = useDesigner();
  const [assumed, setAssumed] = useState(START);
  const [found, setFound] = useState<Estimate>();
  const [problem, setProblem] = useState<string>();
  const id = boot.machine.id;
  useEffect(() => {
    const stopper = new AbortController();
    const timer = setTimeout(() => {
      send<Estimate>("POST", `/api/v1/state-machines/${String(id)}/cost`, { definition: text, ...assumed }, stopper.signal)
        .then((answer) => (setFound(answer), setProblem(undefined)))
        .catch((error: unknown) => stopper.signal.aborted || setProblem(error instanceof ApiError ? error.message : String(error)));
    }, 150);
    return () => {
      stopper.abort();
      clearTimeout(timer);
    };
  }, [id, text, assumed]);
  const set = (change: Partial<Assumed>): void => setAssumed({ ...assumed, ...change });
  return (
    <Dialog title="What a run costs" wide onClose={() => openDialog(undefined)}>
      {problem === undefined ? null : (
        <p role="alert" className="text-s text-fail-ink">
          {problem}
        </p>
      )}
      {found === undefined ? (
        <p className="text-s text-ink-2">Reckoning</p>
      ) : (
        <>
          <dl className="flex-none grid grid-cols-2 gap-3 sm:grid-cols-4" aria-live="polite">
            <Figure title="A run" value={dollars(found.per_run)} />
            <Figure title="A month" value={dollars(found.per_month)} />
            <Figure title="Transitions a run" value={count(found.transitions)} />
            <Figure title="Of a run, models" value={dollars(found.tokens)} />
          </dl>
          <div className="grid gap-3 sm:grid-cols-3">
            <NumberInput label="Runs a month" integer min={0} value={String(assumed.runs)} onChange={(next) => set({ runs: Number(next ?? 0) })} />
            {boot.machine.type === "EXPRESS" ? (
              <>
                <NumberInput label="A run takes" unit="s" min={0} value={String(assumed.seconds)} onChange={(next) => set({ seconds: Number(next ?? 0) })} />
                <NumberInput label="Memory" unit="MB" min={64} value={String(assumed.megabytes)} onChange={(next) => set({ megabytes: Number(next ?? 64) })} />
              </>
            ) : null}
          </div>
          {found.past_runs > 0 ? <CheckInput label={`Count states as in the last ${String(found.past_runs)} runs that succeeded`} checked={assumed.from_runs} onChange={(checked) => set({ from_runs: checked })} /> : null}
          {found.from_runs ? null : <Ways found={found} assumed={assumed} set={set} />}
          <States found={found} assumed={assumed} set={set} />
          <ul className="list-disc pl-5 text-xs text-ink-2 flex flex-col gap-1">
            <li>
              Prices of {found.prices.as_of}, {found.prices.region}, from {found.prices.source}. They may have changed: check before you rely on them.
            </li>
            {found.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}

function Figure({ title, value }: { title: string; value: string }) {
  return (
    <div className="rounded-box border border-base-300 px-3 py-2">
      <dt className="text-xs text-ink-2">{title}</dt>
      <dd className="text-lg font-semibold num">{value}</dd>
    </div>
  );
}

interface PartProps {
  found: Estimate;
  assumed: Assumed;
  set: (change: Partial<Assumed>) => void;
}

/** How often a Map goes round, and which way a Choice takes. */
function Ways({ found, assumed, set }: PartProps) {
  if (found.choices.length === 0 && found.maps.length === 0) return null;
  return (
    <details className="flex-none rounded-box border border-base-300" open={found.choices.length + found.maps.length <= 3}>
      <summary className="cursor-pointer px-3 py-2 text-s">How it goes: {[found.choices.length > 0 ? "choices" : "", found.maps.length > 0 ? "items" : ""].filter(Boolean).join(" and ")}</summary>
      <div className="flex flex-col gap-3 border-t border-base-300 p-3">
        {found.maps.map(({ state, name, iterations }) => (
          <NumberInput key={state} label={`Items of ${name}`} min={0} value={String(iterations)} onChange={(next) => set({ iterations: { ...assumed.iterations, [state]: Number(next ?? 0) } })} />
        ))}
        {found.choices.map(({ state, name, ways }) => (
          <fieldset key={state} className="grid gap-x-3 gap-y-1.5 sm:grid-cols-3">
            <legend className="text-xs text-ink-2">{name}: of 100 runs</legend>
            {ways.map(({ key, target, share, words }) => (
              <NumberInput
                key={key}
                label={`${words}: ${target}`}
                min={0}
                value={String(Math.round(assumed.shares[state]?.[key] ?? share * 100))}
                onChange={(next) => {
                  const present = Object.fromEntries(ways.map((way) => [way.key, assumed.shares[state]?.[way.key] ?? way.share * 100]));
                  set({ shares: { ...assumed.shares, [state]: { ...present, [key]: Number(next ?? 0) } } });
                }}
              />
            ))}
          </fieldset>
        ))}
      </div>
    </details>
  );
}

function States({ found, assumed, set }: PartProps) {
  return (
    <div className="flex-none overflow-x-auto" tabIndex={0} role="region" aria-label="States">
      <table className="tb">
        <thead>
          <tr>
            <th>State</th>
            <th className="text-right">Times</th>
            <th>Attempts</th>
            <th>Tokens in</th>
            <th>Tokens out</th>
            <th className="text-right">Models</th>
          </tr>
        </thead>
        <tbody>
          {found.lines.map(({ state, name, visits, attempts, retries, model, tokens_in: sent, tokens_out: answered, cost }) => (
            <tr key={state}>
              <td className="max-w-[220px] truncate" title={model ? `${name}: ${model}` : name}>
                {name}
              </td>
              <td className="num text-right">{count(visits)}</td>
              <td>{retries ? <Small label={`Attempts of ${name}`} value={attempts} onChange={(next) => set({ attempts: { ...assumed.attempts, [state]: next } })} /> : null}</td>
              <td>{sent === null ? null : <Small label={`Tokens into ${name}`} value={sent} onChange={(next) => set({ tokens: { ...assumed.tokens, [state]: [next, answered ?? 0] } })} />}</td>
              <td>{answered === null ? null : <Small label={`Tokens out of ${name}`} value={answered} onChange={(next) => set({ tokens: { ...assumed.tokens, [state]: [sent ?? 0, next] } })} />}</td>
              <td className="num text-right">{cost === null ? "" : dollars(cost)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Small({ label, value, onChange }: { label: string; value: number; onChange: (value: number) => void }) {
  return <input type="number" min={0} step="any" className="input input-sm !w-20 num" aria-label={label} defaultValue={value} onChange={({ target }) => target.value !== "" && onChange(Math.max(0, Number(target.value)))} />;
}
