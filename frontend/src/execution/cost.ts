/**
 * What a run costs, estimated: state transitions as Step Functions bills a STANDARD workflow (or what an EXPRESS one was
 * billed), and tokens where the models say them, at the dated prices that the page came with.
 */
import { modelCall } from "./modelCall";
import type { Run, Visit } from "./status";
import type { Express, Prices } from "./types";

export interface Cost {
  readonly transitions: number;
  /** US dollars, of Step Functions itself. */
  readonly engine: number;
  /** Of the models' tokens, as far as their prices are known. */
  readonly tokens: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Models that were asked and have no known price. */
  readonly unpriced: readonly string[];
}

const NOTHING: Cost = { transitions: 0, engine: 0, tokens: 0, tokensIn: 0, tokensOut: 0, unpriced: [] };

function sum(a: Cost, b: Cost): Cost {
  return {
    transitions: a.transitions + b.transitions,
    engine: a.engine + b.engine,
    tokens: a.tokens + b.tokens,
    tokensIn: a.tokensIn + b.tokensIn,
    tokensOut: a.tokensOut + b.tokensOut,
    unpriced: [...new Set([...a.unpriced, ...b.unpriced])],
  };
}

/** Entering a state is one transition, so is each retry (aws.amazon.com/step-functions/pricing). An EXPRESS run has none. */
function costOfVisit({ attempts }: Visit, prices: Prices, isExpress: boolean): Cost {
  const transitions = isExpress ? 0 : 1 + Math.max(0, attempts.length - 1);
  const own: Cost = { ...NOTHING, transitions, engine: transitions * prices.transition };
  return attempts.map(({ parameters, result }) => costOfCall(parameters, result, prices)).reduce(sum, own);
}

function costOfCall(parameters: string | null, result: string | null, prices: Prices): Cost {
  const call = result === null ? null : modelCall(parameters, result);
  if (call === null || (call.tokensIn === null && call.tokensOut === null)) return NOTHING;
  const [tokensIn, tokensOut] = [call.tokensIn ?? 0, call.tokensOut ?? 0];
  const price = priceOf(call.model, prices);
  if (price === null) return { ...NOTHING, tokensIn, tokensOut, unpriced: [call.model] };
  return { ...NOTHING, tokensIn, tokensOut, tokens: (tokensIn * price[0] + tokensOut * price[1]) / 1e6 };
}

const REGIONAL = /^(?:us|eu|apac|us-gov|global|jp|au|ca)\./;

/** Of a million tokens in and out, by the longest name that the model's begins with; a region's profile first by its own. */
export function priceOf(model: string, prices: Prices): readonly [number, number] | null {
  const whole = model.slice(model.lastIndexOf("/") + 1);
  for (const name of [whole, whole.replace(REGIONAL, "")]) {
    const fits = Object.keys(prices.models).filter((key) => name.startsWith(key));
    const longest = fits.toSorted((a, b) => b.length - a.length)[0];
    if (longest !== undefined) return prices.models[longest] ?? null;
  }
  return null;
}

/** Of one state, over all of its visits. */
export function costOfState(visits: readonly Visit[], prices: Prices, isExpress: boolean): Cost {
  return visits.map((visit) => costOfVisit(visit, prices, isExpress)).reduce(sum, NOTHING);
}

/** Of the whole run; its start is one transition. */
export function costOfRun(run: Run, prices: Prices, express: Express | null): Cost {
  const states = costOfState(run.visits, prices, express !== null);
  if (express !== null) return { ...states, engine: expressCost(express, prices) };
  const started = run.startedAt === null ? 0 : 1;
  return sum(states, { ...NOTHING, transitions: started, engine: started * prices.transition });
}

/** Billed in chunks of 64 MB and steps of 100 ms, here at the first tier's price; nothing where the bill isn't known. */
export function expressCost({ billed_milliseconds: time, billed_megabytes: memory }: Express, prices: Prices): number {
  if (time === null || memory === null) return 0;
  return prices.express_request + ((Math.ceil(memory / 64) * 64) / 1024) * (Math.ceil(time / 100) / 10) * prices.express_gb_second;
}

export function dollars(amount: number): string {
  return `$${amount < 0.01 ? amount.toFixed(amount !== 0 && amount < 0.0001 ? 6 : 4) : amount.toFixed(2)}`;
}

/** "$0.30", with a word where a model's price isn't known. */
export function amountWords({ engine, tokens, unpriced }: Cost): string {
  return `${dollars(engine + tokens)}${unpriced.length > 0 ? " and more" : ""}`;
}

export function pricesWords({ as_of, region }: Prices): string {
  return `An estimate, at the prices of ${as_of}, ${region}`;
}
