// Line charts: strokes tell lines apart, colours only help.
/* global uPlot */

const DASHES = { solid: [], dashed: [9, 5], dotted: [2, 4] };
const WIDTHS = { solid: 2.25, dashed: 1.75, dotted: 2 };

const tone = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const all = new Set();

/** A chart in a place that follows the place's width. */
export class Chart {
  /**
   * lines: {label, stroke: solid | dashed | dotted, tone}; options: height(), format of the y axis,
   * most of the y axis, xFormat when x is no time, draw(chart, context) over the lines
   */
  constructor(place, lines, options = {}) {
    this.place = place;
    this.lines = lines;
    this.options = options;
    this.data = [[], ...lines.map(() => [])];
    this.plot = null;
    this.watch = new ResizeObserver(() => this.resize());
    this.watch.observe(place);
    all.add(this);
  }

  /** Draws columns: x, then one per line. */
  show(data, label) {
    this.data = data;
    this.place.setAttribute('role', 'img');
    this.place.setAttribute('aria-label', label);
    if (this.plot) this.plot.setData(data);
    else this.make();
  }

  /** Takes other lines. */
  setLines(lines) {
    this.lines = lines;
    this.drop();
  }

  make() {
    const width = this.place.clientWidth;
    if (width === 0) return;
    this.plot = new uPlot(this.settings(width), this.data, this.place);
  }

  drop() {
    this.plot?.destroy();
    this.plot = null;
  }

  resize() {
    const width = this.place.clientWidth;
    if (!this.plot) this.make();
    else if (width > 0 && (width !== this.plot.width || this.height !== this.plot.height)) this.plot.setSize({ width, height: this.height });
  }

  remove() {
    this.watch.disconnect();
    this.drop();
    all.delete(this);
  }

  get height() {
    return this.options.height?.() ?? 150;
  }

  settings(width) {
    const { format, incrs, most, xFormat, draw } = this.options;
    const axis = {
      stroke: tone('soft'),
      font: '12px system-ui, "DejaVu Sans", sans-serif',
      grid: { stroke: tone('grid'), width: 1 },
      ticks: { show: false },
    };
    return {
      width,
      height: this.height,
      padding: [8, 18, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      select: { show: false },
      scales: {
        x: { time: !xFormat },
        y: { range: (_, low, high) => range(low, high, most?.()) },
      },
      axes: [
        { ...axis, size: 26, space: 70, ...(xFormat ? { values: (_, ticks) => ticks.map(xFormat), incrs: [1, 2, 5, 10, 20, 50] } : { values: clock }) },
        { ...axis, size: 56, space: 26, ...(incrs ? { incrs } : {}), values: (_, ticks) => ticks.map(format ?? String) },
      ],
      series: [
        {},
        ...this.lines.map((line) => ({
          label: line.label,
          stroke: tone(line.tone),
          width: WIDTHS[line.stroke],
          dash: DASHES[line.stroke],
          spanGaps: true,
          points: { show: (plot) => plot.data[0].length < 30, size: 5 },
        })),
      ],
      hooks: draw ? { draw: [(plot) => draw(plot, tone)] } : {},
    };
  }
}

/** From 0 to a little above the highest; never empty. */
function range(low, high, most) {
  const top = most ?? high;
  if (top === null || top === undefined || !Number.isFinite(top)) return [0, 1];
  return [Math.min(0, low ?? 0), top > 0 ? top * 1.08 : 1];
}

/** Ticks of the time axis: seconds only where minutes would repeat, the date where it changes. */
function clock(_, ticks) {
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : 60;
  const options = step < 60 ? { hour: '2-digit', minute: '2-digit', second: '2-digit' }
    : step < 86400 ? { hour: '2-digit', minute: '2-digit' } : { month: 'short', day: 'numeric' };
  const format = new Intl.DateTimeFormat(undefined, { ...options, hourCycle: 'h23' });
  return ticks.map((seconds) => format.format(new Date(seconds * 1000)));
}

// Canvases do not follow the colour scheme by themselves.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  for (const chart of all) {
    chart.drop();
    chart.make();
  }
});
