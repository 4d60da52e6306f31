// The panels that are drawn over time.

import { Chart } from './charts.js';
import { count, element, fill, legend, number, percent, span } from './words.js';

const at = (id) => document.getElementById(id);
const last = (column) => column.findLast((value) => value !== null && value !== undefined);
const FIRST_SKILLS = 6;
const wall = matchMedia('(min-width: 110rem)');
const desk = matchMedia('(min-width: 56rem)');
const mixHeight = () => (desk.matches ? 145 : 118);

/** A panel of one chart: {name, label, stroke, tone, scale} per line. */
export class TimePanel {
  constructor(id, lines, options) {
    this.place = at(id);
    this.lines = lines;
    this.format = options.format;
    this.chart = new Chart(this.place.querySelector('.chart'), lines, options);
  }

  show(store, range) {
    const columns = this.lines.map((line) => store.column(range, line.name, line.scale));
    const now = columns.map((column) => this.format(last(column)));
    fill(this.place.querySelector('.legend'), ...legend(this.lines.map((line, i) => ({ ...line, now: now[i] }))));
    const words = this.lines.map((line, i) => `${line.label} ${now[i]}`).join(', ');
    this.chart.show([store.times(range), ...columns], `${this.place.querySelector('h2').textContent}: ${words}`);
  }
}

/** Planned, arrived and trained shares, a chart per skill; the largest skills first. */
export class MixPanel {
  static LINES = [
    { name: 'trained', label: 'trained', stroke: 'solid', tone: 'first' },
    { name: 'arrived', label: 'arrived', stroke: 'dotted', tone: 'second' },
    { name: 'planned', label: 'planned', stroke: 'dashed', tone: 'ink' },
  ];

  constructor() {
    this.figures = new Map();
    this.shown = FIRST_SKILLS;
    this.top = 1;
    fill(at('mix-legend'), ...legend(MixPanel.LINES));
    at('mix-legend').append('shares of trained tokens, arrived candidates and planned examples');
    this.more = element('button', { type: 'button' });
    this.more.addEventListener('click', () => {
      this.shown = this.shown === FIRST_SKILLS ? Infinity : FIRST_SKILLS;
      this.show(...this.drawn);
    });
  }

  show(store, range) {
    this.drawn = [store, range];
    const skills = store.told.skills;
    const shares = MixPanel.LINES.map((line) => store.shares(range, line.name, skills.length));
    const sums = MixPanel.LINES.map((line) => store.shareOfAll(range, line.name, skills.length));
    const size = (i) => Math.max(...sums.map((sum) => sum[i] ?? 0));
    const order = skills.map((_, i) => i).sort((a, b) => size(b) - size(a) || a - b).slice(0, this.shown);
    this.top = Math.max(0.05, ...order.flatMap((i) => shares.flatMap((columns) => columns[i])).filter((x) => x !== null));
    this.forget(order);
    const times = store.times(range);
    for (const i of order) this.skill(i, skills[i], [times, ...shares.map((columns) => columns[i])], sums);
    const figures = order.map((i) => this.figures.get(i).figure);
    if (at('mix-charts').childElementCount !== figures.length || figures.some((f, i) => at('mix-charts').children[i] !== f)) {
      at('mix-charts').replaceChildren(...figures);
    }
    this.note(store, range, skills.length);
  }

  skill(i, name, data, sums) {
    if (!this.figures.has(i)) {
      const place = element('div', { class: 'chart' });
      const caption = element('figcaption');
      this.figures.set(i, {
        figure: element('figure', null, caption, place),
        caption,
        chart: new Chart(place, MixPanel.LINES, { height: mixHeight, format: percent, most: () => this.top }),
      });
    }
    const { caption, chart } = this.figures.get(i);
    const now = MixPanel.LINES.map((line, k) => `${line.label} ${percent(sums[k][i])}`);
    fill(caption, element('strong', null, name),
      ...MixPanel.LINES.map((line, k) => element('span', null, `${line.label} `, element('b', null, percent(sums[k][i])))));
    chart.show(data, `${name}: ${now.join(', ')}`);
  }

  forget(order) {
    for (const [i, { chart }] of this.figures) {
      if (!order.includes(i)) {
        chart.remove();
        this.figures.delete(i);
      }
    }
  }

  note(store, range, skills) {
    const replayed = store.sum(range, 'replayed');
    const words = [`Numbers beside a skill are its shares over all that is shown.`];
    if (replayed > 0) words.push(`Replayed: ${count(replayed)} examples.`);
    const boosts = Object.entries(store.told.mix?.boosts ?? {});
    if (boosts.length > 0) {
      words.push(`Replayed more, because probes slip within their budget: ${boosts.map(([skill, times]) => `${skill} × ${times}`).join(', ')}.`);
    }
    const place = at('mix-note');
    if (skills > FIRST_SKILLS) {
      this.more.textContent = this.shown === FIRST_SKILLS ? `Show all ${skills} skills` : `Show the largest ${FIRST_SKILLS}`;
      place.replaceChildren(words.join(' ') + ' ', this.more);
    } else {
      fill(place, words.join(' '));
    }
  }
}

/** Whose words were trained: the books as a bar, shares over time as lines. */
export class OriginPanel {
  static LINES = [
    { stroke: 'solid', tone: 'first' },
    { stroke: 'dashed', tone: 'second' },
    { stroke: 'dotted', tone: 'third' },
    { stroke: 'solid', tone: 'fourth' },
  ];

  static ORDER = ['MODEL', 'PARAPHRASE', 'GOLD', 'TEACHER'];

  constructor() {
    this.chart = new Chart(at('origins').querySelector('.chart'), [], { height: () => (wall.matches ? 200 : 96), format: percent, most: () => 1 });
    this.names = '';
  }

  show(store, range) {
    const totals = store.told.mix?.origins ?? {};
    const all = Object.values(totals).reduce((a, b) => a + b, 0);
    const names = [...new Set([...OriginPanel.ORDER, ...Object.keys(totals).sort()])].filter((name) => totals[name] > 0);
    const marks = names.map((_, i) => `fill-${i % 4}`);
    const parts = names.map((name, i) => element('div', { class: marks[i] }));
    at('origin-bar').replaceChildren(...parts);
    parts.forEach((part, i) => { part.style.flexGrow = String(totals[names[i]]); });
    at('origin-bar').hidden = all === 0;
    fill(at('origin-list'), ...(all === 0 ? [element('li', null, 'Nothing has been trained yet.')] : names.map((name, i) =>
      element('li', null, element('span', { class: `mark ${marks[i]}` }), `${name.toLowerCase()} `,
        element('b', null, percent(totals[name] / all)), ` ${count(totals[name])}`))));
    const known = store.told.origins.filter((name) => names.includes(name));
    const lines = known.map((name) => ({ label: name, ...OriginPanel.LINES[names.indexOf(name) % 4] }));
    if (this.names !== known.join()) {
      this.names = known.join();
      this.chart.setLines(lines);
    }
    const shares = store.shares(range, 'origins', store.told.origins.length);
    const columns = known.map((name) => shares[store.told.origins.indexOf(name)]);
    if (known.length) this.chart.show([store.times(range), ...columns], `Whose words over time: ${known.join(', ')}`);
  }
}

/** Windows a minute, with the stage of the cycle underneath. */
export class WindowPanel {
  constructor() {
    this.stages = [];
    this.chart = new Chart(at('windows').querySelector('.chart'), WindowPanel.LINES, {
      format: number,
      draw: (plot, tone) => this.ribbon(plot, tone),
    });
  }

  static LINES = [{ label: 'windows trained in a minute', stroke: 'solid', tone: 'first' }];

  show(store, range) {
    const perMinute = 60000 / store.widths[range];
    const column = store.column(range, 'windows', perMinute);
    // The first and the newest interval are not whole.
    if (column.length > 4) column[0] = column[column.length - 1] = null;
    const rows = store.rows[range].filter((row) => row.stage);
    this.stages = rows.map((row) => ({ time: row.time / 1000, stage: row.stage }));
    const stage = store.told.mix?.stage;
    const words = [...legend([{ ...WindowPanel.LINES[0], now: number(last(column)) }])];
    if (stage) words.push(element('small', null, 'Below, the stage: S specialised (striped) or G general (plain). Now ', element('b', null, stage), '.'));
    fill(at('windows').querySelector('.legend'), ...words);
    this.chart.show([store.times(range), column], `Windows a minute: ${number(last(column))}${stage ? `, stage ${stage}` : ''}`);
  }

  /** A strip along the bottom: its letter and its stripes say the stage. */
  ribbon(plot, tone) {
    const { ctx, bbox } = plot;
    const height = 14 * devicePixelRatio;
    const top = bbox.top + bbox.height - height;
    ctx.save();
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textBaseline = 'middle';
    for (let i = 0; i < this.stages.length;) {
      let next = i + 1;
      while (next < this.stages.length && this.stages[next].stage === this.stages[i].stage) next++;
      const left = Math.max(bbox.left, plot.valToPos(this.stages[i].time, 'x', true));
      const end = next < this.stages.length ? plot.valToPos(this.stages[next].time, 'x', true) : bbox.left + bbox.width;
      strip(ctx, tone, this.stages[i].stage, left, top, end - left, height);
      i = next;
    }
    ctx.restore();
  }
}

function strip(ctx, tone, stage, left, top, width, height) {
  const special = stage === 'specialised';
  ctx.fillStyle = tone('sheet');
  ctx.fillRect(left, top, width, height);
  ctx.strokeStyle = tone(special ? 'second' : 'third');
  ctx.lineWidth = devicePixelRatio;
  ctx.strokeRect(left, top, width, height);
  if (special) {
    ctx.beginPath();
    for (let x = left + 4 * devicePixelRatio; x < left + width; x += 6 * devicePixelRatio) {
      ctx.moveTo(x, top + height);
      ctx.lineTo(Math.min(x + height / 2, left + width), top);
    }
    ctx.stroke();
  }
  const letter = stage.slice(0, 1).toUpperCase();
  if (width > 16 * devicePixelRatio) {
    ctx.fillStyle = tone('sheet');
    ctx.fillRect(left + 2 * devicePixelRatio, top + devicePixelRatio, 12 * devicePixelRatio, height - 2 * devicePixelRatio);
    ctx.fillStyle = tone('ink');
    ctx.fillText(letter, left + 4 * devicePixelRatio, top + height / 2);
  }
}

/** A mark at each time at which alarms began. */
export function alarmMarks(rows) {
  return (plot, tone) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.fillStyle = ctx.strokeStyle = tone('bad');
    ctx.lineWidth = devicePixelRatio;
    for (const row of rows()) {
      const x = plot.valToPos(row.time / 1000, 'x', true);
      const size = 5 * devicePixelRatio;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x, bbox.top + size);
      ctx.stroke();
      ctx.beginPath();
      ctx.moveTo(x - size, bbox.top);
      ctx.lineTo(x + size, bbox.top);
      ctx.lineTo(x, bbox.top + 2 * size);
      ctx.fill();
    }
    ctx.restore();
  };
}

/** The newest of everything, in a row. */
export function figures(store) {
  const { trained, mix, drift, waits, feed } = store.told;
  const serving = store.versions.findLast((version) => version.status === 'PROMOTED');
  const parts = Object.values(waits);
  const alarms = drift.standing.length;
  const all = [
    ['Alarms', alarms === 0 ? 'none' : `▲ ${alarms}`, alarms === 0 ? 'nothing stands' : 'see drift and alarms', alarms > 0],
    ['Windows trained', count(mix?.lastOutcome), mix ? `${count(mix.lastWindow)} closed` : 'none closed'],
    ['Stage', mix?.stage ?? '–', mix?.stage ? 'of the cycle' : 'no stages in this policy'],
    ['Training loss', number(trained?.lossLast), trained ? `first pass ${number(trained.lossFirst)}` : 'nothing trained'],
    ['Tokens trained', count(trained?.tokens), trained ? `${count(trained.windows)} windows in ${span(store.reach / 1000)}` : ''],
    ['Event to trained', parts.length ? span(parts.reduce((a, b) => a + b, 0)) : '–', parts.length === 3 ? 'target, pool and window' : 'parts known: ' + (Object.keys(waits).join(', ') || 'none')],
    ['Version that answers', serving?.version ?? '–', serving ? `window ${count(serving.lastWindow)}` : 'the base model'],
  ];
  if (feed.unreadable > 0) all.push(['Unreadable reports', count(feed.unreadable), 'see the log', true]);
  fill(at('figures'), ...all.map(([name, value, more, bad]) =>
    element('div', { class: bad ? 'bad' : null }, element('dt', null, name), element('dd', null, value, element('small', null, more)))));
}

/** From arrived to trained, with what is lost or waits on the way. */
export function funnel(store) {
  const steps = store.told.funnel;
  const most = Math.max(1, ...steps.map((step) => step.count));
  fill(at('steps'), ...steps.map((step) =>
    element('li', null,
      element('div', { class: 'line' }, element('span', null, step.name),
        element('span', null, element('b', null, count(step.count)), ' ', element('small', null, percent(step.count / most)))),
      element('meter', { min: 0, max: most, value: step.count, 'aria-label': step.name }),
      ...(step.leaks.length ? [element('ul', null, ...step.leaks.map((leak) =>
        element('li', null, `${leak.waits ? '…' : '✕'} ${leak.name} ${count(leak.count)}`)))] : []))));
}
