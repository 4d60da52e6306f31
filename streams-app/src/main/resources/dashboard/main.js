// Fetches what there is, follows what is new, and draws.

import { Store } from './store.js';
import { alarmMarks, figures, funnel, MixPanel, OriginPanel, TimePanel, WindowPanel } from './panels.js';
import { alarms, ProbePanel, versions } from './tables.js';
import { count, number, span, SPANS, time } from './words.js';

const SILENCE = 30000;
const AGAIN = 3000;

const at = (id) => document.getElementById(id);
const store = new Store();
let source = null;
let heardAt = 0;
let chosen = location.hash === '#recent' ? 'recent' : location.hash === '#whole' ? 'whole' : null;
let due = false;
let panels = null;

const range = () => chosen ?? (store.hasPast ? 'whole' : 'recent');

function makePanels() {
  const drift = new TimePanel('drift', [
    { name: 'psi', label: 'arrived, PSI', stroke: 'solid', tone: 'second' },
    { name: 'js', label: 'arrived, JS', stroke: 'dashed', tone: 'third' },
    { name: 'trainedPsi', label: 'trained, PSI', stroke: 'dotted', tone: 'first' },
  ], { height: () => 110, format: number, draw: alarmMarks(() => store.rows[range()].filter((row) => row.alarms)) });
  const loss = new TimePanel('loss', [
    { name: 'lossFirst', label: 'first pass', stroke: 'solid', tone: 'first' },
    { name: 'lossLast', label: 'last pass', stroke: 'dashed', tone: 'second' },
    { name: 'lossMost', label: 'highest window', stroke: 'dotted', tone: 'third' },
  ], { format: number });
  const waits = new TimePanel('waits', [
    { name: 'targetWait', label: 'target', stroke: 'dashed', tone: 'third', scale: 0.001 },
    { name: 'poolWait', label: 'pool', stroke: 'solid', tone: 'first', scale: 0.001 },
    { name: 'windowWait', label: 'window', stroke: 'dotted', tone: 'second', scale: 0.001 },
  ], { height: () => 110, format: span, incrs: SPANS });
  return [drift, loss, waits, new MixPanel(), new OriginPanel(), new WindowPanel(), new ProbePanel()];
}

function draw() {
  due = false;
  if (!store.told) return;
  at('empty').hidden = !store.isEmpty;
  document.querySelector('main').hidden = store.isEmpty;
  at('ranges').hidden = store.isEmpty;
  at('whole-label').textContent = store.reach > 0 ? `all: ${span(store.reach / 1000)}` : 'everything';
  document.querySelector(`#ranges input[value="${range()}"]`).checked = true;
  status();
  if (store.isEmpty) return;
  panels ??= makePanels();
  figures(store);
  funnel(store);
  alarms(store);
  versions(store);
  for (const panel of panels) panel.show(store, range());
}

/** Draws once, however much has come, and only when someone looks. */
function redraw() {
  if (!due && !document.hidden) {
    due = true;
    requestAnimationFrame(draw);
  }
}

function status() {
  const { feed } = store.told;
  const words = {
    STARTING: 'opening the reports',
    CATCHING_UP: `reading older reports, ${count(feed.behind)} to go`,
    LIVE: `● live, ${time(heardAt)}`,
    FAILING: `✕ the server cannot read reports since ${time(feed.since)}`,
  };
  at('feed').textContent = words[feed.phase];
  at('feed').className = feed.phase === 'FAILING' ? 'bad' : '';
  if (feed.phase === 'FAILING') banner(`The server cannot read reports from Kafka: ${feed.detail}. What you see is from before.`);
  else banner('');
}

function banner(words) {
  at('banner').textContent = words;
  at('banner').hidden = words === '';
}

function lost(words) {
  at('feed').textContent = heardAt ? `○ not connected; last heard ${time(heardAt)}` : '○ not connected';
  at('feed').className = 'bad';
  banner(words);
}

function take(news) {
  store.take(news);
  heardAt = Date.now();
  redraw();
}

async function begin() {
  try {
    const answer = await fetch('/api/history');
    if (answer.status === 401) {
      location.assign('/login');
      return;
    }
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
    take(await answer.json());
    follow();
  } catch (e) {
    lost(`The server does not answer (${e.message}). Trying again.`);
    setTimeout(begin, AGAIN);
  }
}

function follow() {
  source = new EventSource(`/api/events?known=${encodeURIComponent(store.known)}`);
  source.addEventListener('news', (event) => take(JSON.parse(event.data)));
  source.addEventListener('full', () => {
    source.close();
    lost('Too many pages are open. Trying again.');
    setTimeout(begin, AGAIN * 10);
  });
  source.addEventListener('error', () => {
    lost('The connection to the server is lost. What you see is from before; trying again.');
    if (source.readyState === EventSource.CLOSED) setTimeout(begin, AGAIN);
  });
}

setInterval(() => {
  if (source && heardAt && Date.now() - heardAt > SILENCE && source.readyState === EventSource.OPEN) {
    source.close();
    begin();
  }
}, SILENCE / 3);

document.addEventListener('visibilitychange', redraw);
for (const input of document.querySelectorAll('#ranges input')) {
  input.addEventListener('change', () => {
    chosen = input.value;
    history.replaceState(null, '', `#${chosen}`);
    draw();
  });
}
begin();
