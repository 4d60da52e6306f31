// Alarms, probes and versions.

import { Chart } from './charts.js';
import { count, element, fill, legend, number, percent, time } from './words.js';

const at = (id) => document.getElementById(id);
const SIGNS = { PROMOTED: '✔ promoted', HELD: '‖ held', ROLLED_BACK: '↺ rolled back' };
const STROKES = ['solid', 'dashed', 'dotted'];
const TONES = ['first', 'second', 'third', 'fourth'];
const SHOWN_VERSIONS = 12;
const DRAWN_SKILLS = 12;

/** Alarms that stand, and those that began and ended. */
export function alarms(store) {
  const { drift } = store.told;
  const began = new Map(drift.events.filter((event) => event.event === 'ALARM')
    .map((event) => [event.skill ? `${event.kind}/${event.skill}` : event.kind, event]));
  fill(at('standing'), ...drift.standing.map((alarm) => {
    const event = began.get(alarm.alarm);
    return element('li', null, element('b', null, '▲ ALARM '), event ? event.text : alarm.alarm,
      ` (since window ${count(alarm.window)})`);
  }));
  const past = [...drift.events].reverse();
  fill(at('events'), ...past.map((event) =>
    element('li', null, element('b', null, event.event === 'ALARM' ? '▲ alarm ' : '✔ all clear '), event.text, ' ',
      element('small', null, `${time(event.time)}, window ${count(event.window)}`))));
  document.querySelector('#drift details').hidden = past.length === 0;
  const words = drift.window === undefined ? 'Drift has not been looked at yet.'
    : drift.note ?? (drift.standing.length === 0 ? 'Nothing has drifted.' : '');
  fill(at('drift-note'), words);
  at('drift-note').hidden = words === '';
}

/** Perplexity beside the base model's, version by version, and the newest in numbers. */
export class ProbePanel {
  constructor() {
    this.place = at('probes');
    this.skills = '';
    this.chart = new Chart(this.place.querySelector('.chart'), [], {
      height: () => 130,
      format: number,
      xFormat: (n) => (Number.isInteger(n) ? `v${n}` : ''),
    });
  }

  show(store) {
    const measured = store.versions.filter((version) => Object.keys(version.probes).length > 0);
    const newest = measured.at(-1);
    const skills = newest ? Object.keys(newest.probes) : [];
    const lines = skills.slice(0, DRAWN_SKILLS).map((skill, i) => ({
      label: skill, stroke: STROKES[i % STROKES.length], tone: TONES[i % TONES.length],
    }));
    if (this.skills !== lines.map((line) => line.label).join('\n')) {
      this.skills = lines.map((line) => line.label).join('\n');
      this.chart.setLines(lines);
    }
    const ratio = (probe) => (probe?.before.perplexity > 0 ? probe.after.perplexity / probe.before.perplexity : null);
    const drawn = measured.length > 1;
    this.place.querySelector('.chart').hidden = !drawn;
    fill(this.place.querySelector('.legend'), ...(drawn ? [...legend(lines), 'perplexity, where the base model is 1'] : []));
    if (drawn) {
      const x = measured.map((version) => Number(version.version.slice(1)));
      this.chart.show([x, ...lines.map((line) => measured.map((version) => ratio(version.probes[line.label]) ?? null))],
        'Perplexity of each version over that of the base model');
    }
    this.table(newest, skills);
  }

  table(newest, skills) {
    fill(this.place.querySelector('thead'), newest
      ? row('th', `skill, ${newest.version}`, 'perplexity, base → now', 'change', 'accuracy, base → now')
      : row('th', 'No version has been measured yet.'));
    fill(this.place.querySelector('tbody'), ...skills.flatMap((skill) => {
      const { before, after } = newest.probes[skill];
      const change = before.perplexity > 0 ? after.perplexity / before.perplexity - 1 : null;
      const words = change === null ? '–' : `${change > 0 ? '▲ +' : '▼ −'}${(Math.abs(change) * 100).toFixed(1)} %`;
      const more = moved(newest.transfer[skill]);
      const first = element('tr', { class: more ? 'goes-on' : null },
        element('td', { class: 'name' }, skill, element('small', null, `${count(after.n)} probes`)),
        element('td', null, `${number(before.perplexity)} → ${number(after.perplexity)}`),
        element('td', { class: change > 0 ? 'worse' : 'better' }, words),
        element('td', null, `${percent(before.accuracy)} → ${percent(after.accuracy)}`));
      return more
        ? [first, element('tr', null, element('td', { class: 'text', colspan: 4 }, element('small', null, more)))]
        : [first];
    }));
  }
}

/** In words: how far a skill has moved from the base model, and what other skills did to it. */
function moved({ divergence, forward, backward } = {}) {
  const nats = (value) => `${value < 0 ? '▲ +' : '▼ −'}${Math.abs(value).toFixed(3)}`;
  return [
    divergence !== undefined && `KL from the base model ${divergence.toFixed(3)}`,
    forward !== undefined && `loss ${nats(forward)} without training it`,
    backward !== undefined && `loss ${nats(backward)} since it was first trained`,
  ].filter(Boolean).join(', ');
}

/** The newest versions, the newest first. */
export function versions(store) {
  const place = at('versions');
  const newest = store.versions.slice(-SHOWN_VERSIONS).reverse();
  const serving = store.versions.findLast((version) => version.status === 'PROMOTED');
  fill(place.querySelector('thead'), newest.length
    ? element('tr', null, element('th', null, 'version'), element('th', { class: 'text' }, 'decision, and why'),
      element('th', null, 'windows')) : row('th', 'No version has been made yet.'));
  fill(place.querySelector('tbody'), ...newest.map((version) =>
    element('tr', { class: version === serving ? 'now' : null },
      element('td', null, version.version, element('small', null, time(version.time))),
      element('td', { class: 'text' }, (SIGNS[version.status] ?? version.status) + (version === serving ? ', answers' : ''),
        element('small', null, version.reason)),
      element('td', null, `${count(version.firstWindow)}–${count(version.lastWindow)}`))));
}

const row = (tag, ...cells) => element('tr', null, ...cells.map((cell) => element(tag, null, cell)));
