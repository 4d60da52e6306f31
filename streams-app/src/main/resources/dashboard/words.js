// How numbers, times and elements are written. Whatever comes from a record becomes text here and
// nowhere markup.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });

const known = (value) => value !== null && value !== undefined && Number.isFinite(value);

/** A count: in full while it is short. */
export const count = (n) => (!known(n) ? '–' : Math.abs(n) < 100000 ? whole.format(n) : compact.format(n));

/** A share, 0 to 1, as per cent. */
export const percent = (share) =>
  !known(share) ? '–' : share > 0 && share < 0.01 ? '<1 %' : `${whole.format(share * 100)} %`;

/** A number to three digits. */
export const number = (x) => {
  if (!known(x)) return '–';
  if (x !== 0 && (Math.abs(x) < 0.001 || Math.abs(x) >= 1e6)) return x.toExponential(1);
  return String(Number(x.toPrecision(3)));
};

/** A time span, given in seconds. */
export const span = (seconds) => {
  if (!known(seconds)) return '–';
  if (seconds === 0) return '0';
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${number(seconds)} s`;
  if (seconds < 3600) return `${number(seconds / 60)} min`;
  if (seconds < 172800) return `${number(seconds / 3600)} h`;
  return `${number(seconds / 86400)} d`;
};

/** Steps of an axis of time spans. */
export const SPANS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600,
  7200, 14400, 21600, 43200, 86400, 172800, 432000, 864000];

/** A time of day; with its day when it is not today. */
export const time = (millis) => {
  const date = new Date(millis);
  return date.toDateString() === new Date().toDateString() ? clock.format(date) : day.format(date);
};

/** An element; children that are no nodes become text. */
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.map((child) => (child instanceof Node ? child : String(child))));
  return made;
}

/** Puts new children into a place, unless they are the ones that are there. */
export function fill(place, ...children) {
  const next = element(place.tagName, null, ...children);
  if (next.isEqualNode(shallow(place))) return;
  place.replaceChildren(...next.childNodes);
}

/** The place without its own attributes, so that only what is in it is compared. */
function shallow(place) {
  const copy = place.cloneNode(true);
  for (const name of copy.getAttributeNames()) copy.removeAttribute(name);
  return copy;
}

/** What the lines of a chart are called, and what they are now. */
export const legend = (lines) =>
  lines.map((line) =>
    element('span', { class: `${line.stroke} tone-${line.tone}` },
      element('i', { 'aria-hidden': 'true' }), line.label, ...(line.now ? [element('b', null, line.now)] : [])));
