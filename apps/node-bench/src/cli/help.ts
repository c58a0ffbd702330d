// This file is what --help prints.
import { STAGE_MEANINGS, STAGES } from '../result/stages.ts';
import { VENDORS } from '../target/vendors.ts';

export function formatHelp(): string {
  const stageWidth = Math.max(...STAGES.map((stage) => stage.length));
  const stages = STAGES.map((stage) => `  ${stage.padEnd(stageWidth)}  ${STAGE_MEANINGS[stage]}`);
  const keys = [...VENDORS].map(([name, { variables }]) => `  ${name}: ${Object.keys(variables).join(', ')}`);
  return `voicewire-bench: end-to-end latency of a spoken conversation, per stage, on the client's own timeline

  voicewire-bench run [options]            hold conversations and measure them
  voicewire-bench report FILE.json …       show results again
  voicewire-bench compare A.json B.json    is B slower than A?

run
  --vendor NAME          ${[...VENDORS.keys()].join(', ')}, or all (default voice-api)
  --url URL              base URL of the API; default: a sandbox is started in a process of its own
  --turns N              measured turns per session (default 10)
  --sessions N           conversations at the same time (default 1)
  --input FILE.wav       what the user says in every turn (16-bit PCM or 32-bit float); default: a shipped question.
                         Where its speech ends is taken from FILE.wav.json or FILE.json beside it,
                         { "segments": [[startS, endS], …] }, else found by the project's detector
  --json FILE            write the result, raw values included
  --html FILE            write a report that opens in a browser
  --virtual              client, network and sandbox in one process on a virtual clock: exact, same seed, same numbers
  --seed N               of the sandbox's wordings and ids (default 1)
  --warmup-turns N       turns per session that are spoken first and left out (default 1)
  --answer-limit-ms N    a turn not answered within this has failed and counts as infinite (default 5000)

report
  --html FILE            write the report of one result
  --markdown FILE        replace what is between the voicewire-bench markers of a page

compare
  --tolerance-percent N  how much slower is still the same (default 5)

environment, for --url; default: what opens the sandbox
${keys.join('\n')}

stages, in ms
${stages.join('\n')}

exit code: 0 fine; 1 turns failed (run), B is slower (compare); 2 it could not be done, and stderr says why
`;
}
