// This file renders the results of the scale benchmark as Markdown.
const ms = (value) => `${value.toFixed(1)} ms`;
const percent = (ratio) => `${Math.round(100 * ratio)} %`;

export function renderScale(results) {
  const { sessions, speaking, minutes, idle, lateness, generatorLag, serverLag } = results;
  const isMet = (met) => (met ? 'met' : 'missed');
  const rows = [
    ['lateness of a frame, p99', ms(lateness.p99Ms), `≤ 40 ms: ${isMet(lateness.p99Ms <= 40)}`],
    ['the same, p50 / p95 / max', `${ms(lateness.p50Ms)} / ${ms(lateness.p95Ms)} / ${ms(lateness.maxMs)}`, ''],
    ['lag of the clients’ own process, p50 / p99 / max', lagOf(generatorLag), 'in the lateness above'],
    ['lag of the server’s process, p50 / p99 / max', lagOf(serverLag), ''],
    [
      'frames to clients',
      `${Math.round(results.framesPerS).toLocaleString('en')}/s`,
      `${(50 * sessions).toLocaleString('en')}/s are due`,
    ],
    [
      'frames from clients',
      results.uplinkFrames.toLocaleString('en'),
      `${results.utterances} utterances were heard in them`,
    ],
    ['frames checked, every sample', results.checkedFrames.toLocaleString('en'), `wrong: ${results.wrongFrames}`],
    ['sessions lost', String(results.lostSessions), ''],
    [
      'processor time, server / clients',
      `${percent(results.serverCpuRatio)} / ${percent(results.generatorCpuRatio)} of a core`,
      '',
    ],
    [
      'the server’s, per frame to a client: user / system',
      `${results.serverUserUsPerFrame.toFixed(1)} / ${results.serverSystemUsPerFrame.toFixed(1)} µs`,
      '',
    ],
    [
      'memory per idle session',
      `${idle.heapKb.toFixed(1)} kB`,
      `≤ 50 kB: ${isMet(idle.heapKb <= 50)}; resident: ${idle.rssKb.toFixed(1)} kB`,
    ],
    ['memory left after all idle sessions', `${idle.leftKb.toFixed(0)} kB`, 'records of the last 64 are kept'],
    [
      'heap before and after, garbage collected',
      `${results.heapBeforeMb.toFixed(1)} / ${results.heapAfterMb.toFixed(1)} MB`,
      '',
    ],
    ['resident memory', `${results.rssMb.toFixed(0)} MB`, ''],
    ['breaches that the server recorded', JSON.stringify(results.violationsByRule), ''],
  ];
  return [
    `${sessions.toLocaleString('en')} Voice API sessions hear speech without`,
    `a pause while ${speaking} of them speak, for ${minutes * 60} s after ${results.warmUpMs / 1000} s of warm-up. Server and clients are a process each on the same machine.`,
    '',
    `- ${results.date}, commit ${results.commit}, Node ${results.node}`,
    `- ${results.cpu}, ${results.cores} cores, load ${results.loadBefore.toFixed(1)} before, ${results.load.toFixed(1)} at the end`,
    `- \`${results.command}\``,
    ...(results.loadBefore > results.cores / 4
      ? [
          '- **The machine was busy with other work before the run began: these figures say less than they would on an idle one.**',
        ]
      : []),
    '',
    'A frame’s lateness counts from its session’s schedule, one frame every 20 ms, which the session’s earliest frame so far defines.',
    '',
    '| figure | measured | |',
    '| --- | --- | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ].join('\n');
}

function lagOf({ p50Ms, p99Ms, maxMs }) {
  return `${ms(p50Ms)} / ${ms(p99Ms)} / ${ms(maxMs)}`;
}
