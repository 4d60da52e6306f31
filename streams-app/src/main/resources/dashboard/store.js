// What the server has told, and the columns that charts draw from it.

export class Store {
  constructor() {
    this.told = null;
    this.rows = { recent: [], whole: [] };
    this.widths = { recent: 1000, whole: 1000 };
    this.versions = [];
  }

  /** Takes in everything, or what is new. */
  take(news) {
    this.told = news;
    for (const range of ['recent', 'whole']) {
      const { width, rows } = news.buckets[range];
      this.widths[range] = width;
      this.rows[range] = news.everything ? rows : merged(this.rows[range], rows);
    }
    if (news.versions) this.versions = news.versions;
    const horizon = 15 * 60 * 1000;
    const newest = this.rows.recent.at(-1)?.time ?? 0;
    this.rows.recent = this.rows.recent.filter((row) => row.time >= newest - horizon);
  }

  /** What a page that lost the server says it knows. */
  get known() {
    return this.told ? `${this.told.epoch}/${this.told.change}` : '';
  }

  get isEmpty() {
    return this.rows.whole.length === 0 && this.versions.length === 0 && this.told.funnel[0].count === 0;
  }

  /** Whether the whole reaches further than the recent. */
  get hasPast() {
    return (this.rows.whole[0]?.time ?? 0) < (this.rows.recent[0]?.time ?? 0);
  }

  /** Milliseconds from the oldest to the newest. */
  get reach() {
    const rows = this.rows.whole;
    return rows.length ? rows.at(-1).time - rows[0].time + this.widths.whole : 0;
  }

  /** Seconds since 1970, as charts count. */
  times(range) {
    return this.rows[range].map((row) => row.time / 1000);
  }

  /** A number of each row. */
  column(range, name, scale = 1) {
    return this.rows[range].map((row) => (row[name] === undefined ? null : row[name] * scale));
  }

  /** Each name's share of a count, row by row; null where nothing was counted. */
  shares(range, name, length) {
    const columns = Array.from({ length }, () => []);
    for (const row of this.rows[range]) {
      const counts = row[name] ?? [];
      const sum = counts.reduce((a, b) => a + b, 0);
      columns.forEach((column, i) => column.push(sum === 0 ? null : (counts[i] ?? 0) / sum));
    }
    return columns;
  }

  /** Each name's share of a count over all rows. */
  shareOfAll(range, name, length) {
    const sums = new Array(length).fill(0);
    for (const row of this.rows[range]) (row[name] ?? []).forEach((n, i) => { sums[i] += n; });
    const all = sums.reduce((a, b) => a + b, 0);
    return sums.map((n) => (all === 0 ? null : n / all));
  }

  /** Sum of a count over all rows and names. */
  sum(range, name) {
    return this.rows[range].reduce((sum, row) => sum + (row[name] ?? []).reduce((a, b) => a + b, 0), 0);
  }
}

/** Rows come in order of time; new ones replace those of the same time. */
function merged(old, fresh) {
  if (fresh.length === 0) return old;
  const from = old.findIndex((row) => row.time >= fresh[0].time);
  const kept = from < 0 ? old : old.slice(0, from);
  const times = new Set(fresh.map((row) => row.time));
  const between = from < 0 ? [] : old.slice(from).filter((row) => !times.has(row.time));
  return [...kept, ...[...between, ...fresh].sort((a, b) => a.time - b.time)];
}
