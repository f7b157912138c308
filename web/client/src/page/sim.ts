/** What a simulated link does to a connection, and the way people write it: the grammar of gameserver's flag -sim. */

/** Delays in ms, shares from 0 to 1; all zero is a perfect link. */
export interface Conditions {
  /** The least that a round trip takes more, half of it each way. */
  rtt: number;
  /** Each way takes up to this much more. */
  jitter: number;
  /** Share of time in which nothing moves. */
  stall: number;
  /** Share of TCP segments that are lost, and sent again. */
  loss: number;
  /** Bytes per second each way; 0 is without limit. */
  bandwidth: number;
  /** The connection breaks after this time on average, and the next one too; 0 is never. */
  reset: number;
}

export type Setting = keyof Conditions;

export const perfect: Readonly<Conditions> = { rtt: 0, jitter: 0, stall: 0, loss: 0, bandwidth: 0, reset: 0 };

/** Links that people know by name. */
export const presets: Readonly<Record<string, Conditions>> = {
  cable: { ...perfect, rtt: 40, jitter: 5 },
  wifi: { ...perfect, rtt: 60, jitter: 20, stall: 0.01 },
  phone: { ...perfect, rtt: 150, jitter: 40, stall: 0.02, loss: 0.01 },
  bad: { ...perfect, rtt: 250, jitter: 80, stall: 0.05, loss: 0.03 },
};

type Form = { example: string; form: RegExp; wrong: string; units: Record<string, number>; least?: string; most?: string };

const time = { form: /^(\d{1,6}(?:\.\d{1,3})?)(ms|s)$/, wrong: "is no time in ms or s", units: { ms: 1, s: 1000 }, most: "10s" };
const share = { form: /^(\d{1,3}(?:\.\d{1,3})?)(%)$/, wrong: "is no share in %", units: { "%": 0.01 } };
const settings: Record<Setting, Form> = {
  rtt: { ...time, example: "150ms" },
  jitter: { ...time, example: "40ms" },
  stall: { ...share, example: "2%", most: "90%" },
  loss: { ...share, example: "1%", most: "50%" },
  bandwidth: {
    form: /^(\d{1,6}(?:\.\d{1,3})?)(kbit|mbit)$/, wrong: "is no bandwidth in kbit or mbit",
    units: { kbit: 125, mbit: 125_000 }, least: "8kbit", example: "1mbit",
  },
  reset: { ...time, example: "60s", least: "1s", most: "3600s" },
};

/**
 * Reads conditions, such as rtt=150ms,jitter=40ms,stall=2%,loss=1%,bandwidth=1mbit or phone,rtt=300ms; throws an Error
 * that says what to write instead.
 */
export function parseConditions(spec: string): Conditions {
  const c: Conditions = { ...perfect };
  const given = new Set<string>();
  spec.toLowerCase().split(",").forEach((part, i) => {
    part = part.trim();
    if (i === 0 && Object.hasOwn(presets, part)) return Object.assign(c, presets[part]);
    const [name = "", ...rest] = part.split("=");
    const setting = Object.hasOwn(settings, name) ? settings[name as Setting] : undefined;
    if (!setting) {
      const known = "rtt, jitter, stall, loss, bandwidth and reset, as in rtt=150ms,stall=2%";
      throw new Error(`${JSON.stringify(name)}: there is no such setting; there are ${known}`);
    }
    if (given.has(name)) throw new Error(`${name}: it is given twice`);
    const hint = `write ${name}=${setting.example}`;
    if (rest.length === 0) throw new Error(`${name}: the value is missing; ${hint}`);
    given.add(name);
    const value = rest.join("=");
    const problem = check(setting, value);
    if (problem) throw new Error(`${name}: ${JSON.stringify(value)} ${problem}; ${hint}`);
    c[name as Setting] = measure(setting, value);
  });
  return c;
}

function check(setting: Form, value: string): string {
  if (!setting.form.test(value)) return setting.wrong;
  const x = measure(setting, value);
  if (setting.most && x > measure(setting, setting.most)) return `is above ${setting.most}`;
  if (setting.least && x < measure(setting, setting.least)) return `is below ${setting.least}`;
  return "";
}

function measure(setting: Form, value: string): number {
  const [, figure, unit] = setting.form.exec(value)!;
  const scale = setting.units[unit!]!;
  return scale === 0.01 ? Number(figure) / 100 : Math.trunc(Number(figure) * scale * 1000) / 1000;
}

/** Writes conditions as parseConditions reads them; "" for a perfect link. */
export function formatConditions(c: Readonly<Conditions>): string {
  const round = (x: number): number => Math.round(x * 1000) / 1000;
  const parts = [
    c.rtt && `rtt=${round(c.rtt)}ms`, c.jitter && `jitter=${round(c.jitter)}ms`, c.stall && `stall=${round(c.stall * 100)}%`,
    c.loss && `loss=${round(c.loss * 100)}%`, c.bandwidth && `bandwidth=${round(c.bandwidth / 125)}kbit`,
    c.reset && `reset=${round(c.reset / 1000)}s`,
  ];
  return parts.filter(Boolean).join(",");
}
