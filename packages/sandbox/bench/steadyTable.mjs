// This file renders the results of the hour as Markdown.
const EVERY_MINUTES = 5;

export function renderSteady(results) {
  const { sessions, hearing, speaking, callCount, minutes, samples } = results;
  const shown = samples.filter(({ minute }) => minute === 1 || minute % EVERY_MINUTES === 0);
  const grows = (value) => `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(2)} MB an hour`;
  return [
    `${sessions.toLocaleString('en')} sessions for ${minutes} minutes: ${hearing} hear speech without a pause, ${speaking} of them speak all the time, and all the`,
    `others hang up after 100 s and call again: ${callCount.toLocaleString('en')} calls. Once a minute the server's garbage is collected and its memory read.`,
    '',
    `- ${results.date}, commit ${results.commit}, Node ${results.node}`,
    `- ${results.cpu}, ${results.cores} cores, load ${results.loadBefore.toFixed(1)} before`,
    `- \`${results.command}\``,
    '',
    '| minute | heap | resident | sessions |',
    '| ---: | ---: | ---: | ---: |',
    ...shown.map(
      ({ minute, heapMb, rssMb, openCount }) =>
        `| ${minute} | ${heapMb.toFixed(2)} MB | ${rssMb.toFixed(1)} MB | ${openCount.toLocaleString('en')} |`,
    ),
    '',
    `From minute ${results.settledFromMinute} on, when every record is full, a line through the figures of all minutes says: heap ${grows(results.heapMbPerHour)},`,
    `resident ${grows(results.rssMbPerHour)}; that of the heap is ${Math.round((1e6 * results.heapMbPerHour * minutes) / 60 / callCount)} bytes a call. ${Math.round(results.framesPerS).toLocaleString('en')} frames/s came, ${(50 * hearing).toLocaleString('en')} were due; of ${results.checkedFrames.toLocaleString('en')} whose every sample was checked, ${results.wrongFrames} were`,
    `wrong; ${results.lostSessions} sessions were lost. The server took ${(100 * results.serverCpuRatio).toFixed(1)} % of a core.`,
    '',
  ].join('\n');
}
