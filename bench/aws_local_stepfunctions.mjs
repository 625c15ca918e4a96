// Runs one state machine after the other with aws-local-stepfunctions, in this process and in memory, its event log read
// to the end as an execution's history is. A stretch that isn't counted comes first, for the compiler.
// stdin: {"package": folder, "rounds": n, "seconds": s, "workloads": [{name, definition, input, transitions}]}
// stdout: one JSON object, name -> transitions a second of each round.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const { package: folder, rounds, seconds, workloads } = JSON.parse(readFileSync(0, 'utf8'));
const { StateMachine } = createRequire(`${folder}/`)('aws-local-stepfunctions');
const rates = {};

async function rate({ definition, input, transitions }) {
  const machine = new StateMachine(definition, { validationOptions: { checkArn: false } });
  const began = performance.now();
  let runs = 0;
  do {
    const { eventLogs, result } = machine.run(input);
    let events = 0;
    for await (const event of eventLogs) events += event ? 1 : 0;
    await result;
    if (events < transitions) throw new Error(`only ${events} events`);
    runs += 1;
  } while (performance.now() - began < seconds * 1000);
  return (transitions * runs * 1000) / (performance.now() - began);
}

for (const workload of workloads) {
  await rate(workload);
  rates[workload.name] = [];
  for (let round = 0; round < rounds; round += 1) rates[workload.name].push(await rate(workload));
}
console.log(JSON.stringify(rates));
