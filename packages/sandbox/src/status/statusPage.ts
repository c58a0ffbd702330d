// This file is the page at `/`: it asks for the status four times a second and shows it. It loads nothing from elsewhere and
// runs no inline script.

/** The document. */
export const STATUS_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Voicewire sandbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/status.css">
</head>
<body>
<header>
<h1>Voicewire sandbox</h1>
<p id="summary" role="status">Connecting …</p>
<p><a href="/ledger">All records as JSON</a></p>
</header>
<main>
<section aria-labelledby="connections-title">
<h2 id="connections-title">Connections</h2>
<div class="scroll"><table>
<thead><tr><th scope="col">#</th><th scope="col">Protocol</th><th scope="col">State</th><th scope="col">Age</th>
<th scope="col">User</th><th scope="col">Agent</th><th scope="col">Last heard and said</th><th scope="col">Violations</th></tr></thead>
<tbody id="connections"></tbody>
</table></div>
<p id="hidden"></p>
</section>
<section aria-labelledby="violations-title">
<h2 id="violations-title">Violations</h2>
<div class="scroll"><table>
<thead><tr><th scope="col">Time</th><th scope="col">#</th><th scope="col">Rule</th><th scope="col">Severity</th><th scope="col">What was seen</th></tr></thead>
<tbody id="violations"></tbody>
</table></div>
</section>
<section aria-labelledby="requests-title">
<h2 id="requests-title">HTTP requests</h2>
<div class="scroll"><table>
<thead><tr><th scope="col">Time</th><th scope="col">Request</th><th scope="col">Status</th></tr></thead>
<tbody id="requests"></tbody>
</table></div>
</section>
</main>
<script src="/status.js"></script>
</body>
</html>
`;

/** Its style; follows the system's light or dark. */
export const STATUS_CSS = `:root {
  color-scheme: light dark;
  --ink: light-dark(#1b1d21, #e8eaee);
  --dim: light-dark(#5a6070, #a0a7b6);
  --paper: light-dark(#fbfbfd, #14161a);
  --line: light-dark(#dfe2e8, #2c3038);
  --good: light-dark(#0b6b3a, #58d193);
  --bad: light-dark(#a3162b, #ff8591);
  --warn: light-dark(#7a5200, #f0bf5f);
}
body { margin: 0 auto; max-width: 1200px; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1.5rem; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1rem; margin: 1.8rem 0 0.4rem; }
header p { margin: 0; color: var(--dim); }
a { color: inherit; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
th { color: var(--dim); font-weight: 500; }
td.text { white-space: normal; min-width: 16rem; }
td.number { font-variant-numeric: tabular-nums; }
meter { width: 6rem; vertical-align: middle; }
.open { color: var(--good); }
.fatal { color: var(--bad); font-weight: 600; }
.strict { color: var(--warn); font-weight: 600; }
.note, .closed, #hidden { color: var(--dim); }
`;

/** Its script. Everything from outside is written as text, never as markup. */
export const STATUS_JS = `'use strict';
const byId = (id) => document.getElementById(id);
const seconds = (value) => value.toFixed(1) + ' s';

function cell(content, className) {
  const td = document.createElement('td');
  if (className) td.className = className;
  td.append(...[content].flat());
  return td;
}

function line(text, className) {
  const div = document.createElement('div');
  div.textContent = text;
  if (className) div.className = className;
  return div;
}

function level(db, total, label) {
  const meter = document.createElement('meter');
  meter.min = -60;
  meter.max = 0;
  meter.value = Math.max(-60, db);
  meter.setAttribute('aria-label', label);
  meter.title = db <= -120 ? 'silent' : db.toFixed(0) + ' dB';
  return [meter, ' ' + seconds(total)];
}

function connectionRow(c) {
  const row = document.createElement('tr');
  const counts = ['fatal', 'strict', 'note'].filter((severity) => c.violationCounts[severity] > 0);
  row.append(
    cell(String(c.id), 'number'),
    cell(c.vendor),
    cell(c.isOpen ? c.state : 'closed ' + c.closed, c.isOpen ? 'open' : 'closed'),
    cell(seconds(c.ageSeconds), 'number'),
    cell(level(c.heardDb, c.heardSeconds, 'level of the user'), 'number'),
    cell(level(c.saidDb, c.saidSeconds, 'level of the agent'), 'number'),
    cell([line(c.lastUtterance, 'note'), line(c.lastLine)], 'text'),
    cell(counts.length === 0 ? 'none' : counts.map((s) => line(c.violationCounts[s] + ' ' + s, s))),
  );
  return row;
}

function violationRow(v) {
  const row = document.createElement('tr');
  row.append(
    cell(seconds(v.atSeconds), 'number'),
    cell(v.connection === undefined ? '' : String(v.connection), 'number'),
    cell(v.ruleId),
    cell(v.severity, v.severity),
    cell(v.detail, 'text'),
  );
  return row;
}

function requestRow(r) {
  const row = document.createElement('tr');
  row.append(cell(seconds(r.atSeconds), 'number'), cell(r.method + ' ' + r.pathname, 'text'), cell(String(r.status), 'number'));
  return row;
}

function show(status) {
  byId('summary').textContent = status.openCount + ' open of ' + status.connectionCount + ' connections so far';
  byId('connections').replaceChildren(...status.connections.map(connectionRow));
  const hidden = [[status.hiddenOpenCount, ' more open'], [status.hiddenEndedCount, ' more ended']];
  byId('hidden').textContent = hidden.filter(([count]) => count > 0).map(([count, what]) => count + what).join(', ');
  byId('violations').replaceChildren(...status.violations.map(violationRow));
  byId('requests').replaceChildren(...status.requests.map(requestRow));
}

async function follow() {
  for (;;) {
    try {
      const response = await fetch('/status.json');
      show(await response.json());
    } catch {
      byId('summary').textContent = 'The sandbox does not answer.';
    }
    await new Promise((resolve) => setTimeout(resolve, document.hidden ? 2000 : 250));
  }
}
follow();
`;
