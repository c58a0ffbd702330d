// This file renders the results of the scale benchmark as Markdown.
const MAX_LATENESS_MS = 40;
const MAX_IDLE_KB = 50;
const ms = (value) => `${value.toFixed(1)} ms`;
const us = (value) => `${value.toFixed(1)} µs`;
const percent = (ratio) => `${Math.round(100 * ratio)} %`;
const count = (value) => Math.round(value).toLocaleString('en');

/** What is measured of the sandbox and of the floor alike. */
const SHARED_ROWS = {
  'lateness of a frame, p99': ({ lateness }) => ms(lateness.p99Ms),
  'the same, p50 / p95 / max': ({ lateness: { p50Ms, p95Ms, maxMs } }) => [p50Ms, p95Ms, maxMs].map(ms).join(' / '),
  'lag of the clients’ own process, p50 / p99 / max; in the lateness above': ({ generatorLag }) => lagOf(generatorLag),
  'lag of the server’s process, p50 / p99 / max': ({ serverLag }) => lagOf(serverLag),
  'frames to clients': ({ framesPerS }) => `${count(framesPerS)}/s`,
  'frames checked, every sample: wrong': ({ checkedFrames, wrongFrames }) => `${count(checkedFrames)}: ${wrongFrames}`,
  'sessions lost': ({ lostSessions }) => String(lostSessions),
  'processor time of the server': ({ serverCpuRatio }) => `${percent(serverCpuRatio)} of a core`,
  'the same per frame to a client, user / system': ({ serverUserUsPerFrame, serverSystemUsPerFrame }) =>
    `${us(serverUserUsPerFrame)} / ${us(serverSystemUsPerFrame)}`,
  'processor time of the clients': ({ generatorCpuRatio }) => `${percent(generatorCpuRatio)} of a core`,
};

export function renderScale(results) {
  const { sessions, speaking, minutes, idle, talk, floor } = results;
  const verdict = (isMet) => (isMet ? 'met' : 'missed');
  return [
    `${count(sessions)} Voice API sessions hear speech without`,
    `a pause while ${speaking} of them speak, for ${minutes * 60} s after ${results.warmUpMs / 1000} s of warm-up. Server and clients are a process each on the same machine.`,
    'The floor is a server that is nothing but `ws`: the same frames on the same schedule to the same clients, with a timer per',
    'session, and it neither hears, checks nor records anything.',
    '',
    `- ${results.date}, commit ${results.commit}, Node ${results.node}`,
    `- ${results.cpu}, ${results.cores} cores, load ${results.loadBefore.toFixed(1)} before, ${talk.load.toFixed(1)} at the end`,
    `- \`${results.command}\``,
    ...(results.loadBefore > results.cores / 4
      ? [
          '- **The machine was busy with other work before the run began: these figures say less than they would on an idle one.**',
        ]
      : []),
    '',
    'A frame’s lateness counts from its session’s schedule, one frame every 20 ms, which the session’s earliest frame so far defines.',
    `At most ${MAX_LATENESS_MS} ms are wanted for 99 of 100: ${verdict(talk.lateness.p99Ms <= MAX_LATENESS_MS)}. Due are ${count(50 * sessions)} frames/s.`,
    '',
    '| figure | sandbox | floor |',
    '| --- | --- | --- |',
    ...Object.entries(SHARED_ROWS).map(([name, show]) => `| ${name} | ${show(talk)} | ${show(floor)} |`),
    '',
    '| figure of the sandbox | measured | |',
    '| --- | --- | --- |',
    `| frames from clients | ${count(talk.uplinkFrames)} | ${count(talk.utterances)} utterances were heard in them |`,
    `| memory per idle session | ${idle.heapKb.toFixed(1)} kB | ≤ ${MAX_IDLE_KB} kB: ${verdict(idle.heapKb <= MAX_IDLE_KB)}; resident: ${idle.rssKb.toFixed(1)} kB |`,
    `| memory left after all idle sessions | ${idle.leftKb.toFixed(0)} kB | records of the last 64 are kept |`,
    `| heap before and after, garbage collected | ${talk.heapBeforeMb.toFixed(1)} / ${talk.heapAfterMb.toFixed(1)} MB | records of frames fill within 40 s |`,
    `| resident memory | ${talk.rssMb.toFixed(0)} MB | |`,
    `| breaches that the server recorded | ${JSON.stringify(talk.violationsByRule)} | |`,
    '',
  ].join('\n');
}

function lagOf({ p50Ms, p99Ms, maxMs }) {
  return [p50Ms, p99Ms, maxMs].map(ms).join(' / ');
}
