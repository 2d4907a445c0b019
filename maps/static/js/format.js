"use strict";
// Numbers as the trades read them. Data is in metres, seconds, metres per second and degrees;
// knots, nautical miles and feet exist only in the text made here.
{
  const NAUTICAL_MILE_M = 1852;
  const KNOT_MPS = NAUTICAL_MILE_M / 3600;
  const FOOT_M = 0.3048;
  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const NONE = "–";

  const two = (number) => String(number).padStart(2, "0");
  const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

  const clock = (time_s) => {
    const at = new Date(time_s * 1000);
    return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  };

  const day = (time_s) => {
    const at = new Date(time_s * 1000);
    return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
  };

  /** Unix seconds of an ISO 8601 text; NaN where it is none. */
  const seconds = (text) => (typeof text === "string" ? Date.parse(text) / 1000 : NaN);

  const utc = (time_s) => (Number.isFinite(time_s) ? `${day(time_s)} ${clock(time_s)} UTC` : NONE);

  const minute = (time_s) => clock(time_s).slice(0, 5);

  /** What was recorded from when to when: each span where they are few, else both ends and how much. */
  const spans = (all, length) => {
    if (!all.length) return "";
    const whole = ({ begin, end }) =>
      day(begin) === day(end)
        ? `${day(begin)} ${minute(begin)}–${minute(end)}`
        : `${day(begin)} ${minute(begin)} – ${day(end)} ${minute(end)}`;
    if (all.length > 3) {
      const ends = { begin: all[0].begin, end: all.at(-1).end };
      return `${whole(ends)} UTC: ${duration(length)} in ${grouped(all.length)} spans`;
    }
    const last = whole(all.at(-1));
    return `${all.length > 1 ? `${all.slice(0, -1).map(whole).join(", ")} and ${last}` : last} UTC`;
  };

  const duration = (time_s) => {
    const whole = Math.round(Math.abs(time_s));
    if (whole < 120) return `${whole} s`;
    const minutes = Math.round(whole / 60);
    return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  };

  const angle = (degrees, width, places, [plus, minus]) => {
    // Rounded before it is split, so that 60.00 minutes cannot appear.
    const parts = 10 ** places;
    const steps = Math.round(Math.abs(degrees) * 60 * parts);
    const whole = String(Math.floor(steps / 60 / parts)).padStart(width, "0");
    const minutes = ((steps % (60 * parts)) / parts).toFixed(places).padStart(3 + places, "0");
    return `${whole}°${minutes}′${degrees < 0 ? minus : plus}`;
  };

  const written = (lat, lon, width, places) => {
    if (!Number.isFinite(lat) || !Number.isFinite(lon)) return NONE;
    return `${angle(lat, 2, places, "NS")} ${angle(lon, width, places, "EW")}`;
  };

  /** Degrees and minutes to a hundredth (18 m). */
  const position = (lat, lon) => written(lat, lon, 3, 2);

  /** A place to a tenth of a minute (185 m), for lists. */
  const place = (lat, lon) => written(lat, lon, 1, 1);

  const knots = (mps) => (Number.isFinite(mps) ? `${(mps / KNOT_MPS).toFixed(1)} kn` : NONE);
  const course = (degrees) => {
    if (!Number.isFinite(degrees)) return NONE;
    return `${String(Math.round(degrees + 360) % 360).padStart(3, "0")}°`;
  };
  const feet = (metres) => (Number.isFinite(metres) ? `${grouped(Math.round(metres / FOOT_M / 25) * 25)} ft` : NONE);

  const miles = (metres) => {
    if (!Number.isFinite(metres)) return NONE;
    const nm = metres / NAUTICAL_MILE_M;
    if (nm < 0.1) return `${Math.round(metres)} m`;
    return `${nm.toFixed(nm < 10 ? 2 : nm < 100 ? 1 : 0)} nm`;
  };

  /** A number without noise: three significant digits below a hundred, none after the point above. */
  const number = (value) => {
    if (typeof value !== "number" || !Number.isFinite(value)) return NONE;
    if (Number.isInteger(value)) return Math.abs(value) < 10000 ? String(value) : grouped(value);
    if (Math.abs(value) >= 100) return grouped(Math.round(value));
    return String(Number(value.toPrecision(3)));
  };

  /** A value with its unit as it is kept, and, where the trades use another, how they say it. */
  const quantity = (value, unit) => {
    if (typeof value !== "number" || !Number.isFinite(value)) {
      return [value === null || value === undefined ? NONE : String(value), ""];
    }
    const plain = unit === "1" || unit === "" || unit === undefined ? number(value) : `${number(value)} ${unit}`;
    if (unit === "m/s") return [plain, knots(value)];
    if (unit === "m" && Math.abs(value) >= 926) return [plain, miles(value)];
    if (unit === "s" && Math.abs(value) >= 120) return [plain, duration(value)];
    if (unit === "deg") return [`${number(value)}°`, ""];
    return [plain, ""];
  };

  const words = (text) => {
    const spaced = String(text ?? "").replaceAll("_", " ");
    return spaced.charAt(0).toUpperCase() + spaced.slice(1);
  };

  const UNITS = { m: "m", s: "s", mps: "m/s", deg: "deg" };

  /** A parameter of a pattern: its name in words, and its value in the unit that its name ends in. */
  const parameter = (key, value) => {
    const [, name, suffix] = /^(.+)_(m|s|mps|deg)$/.exec(key) ?? [null, key, ""];
    const text = typeof value === "number" ? quantity(value, UNITS[suffix] ?? "").filter(Boolean).join(", ") : String(value);
    return [words(name), text];
  };

  lookout.format = {
    NONE, NAUTICAL_MILE_M, clock, minute, day, seconds, utc, spans, duration, position, place, knots, course, feet, miles, number, quantity,
    parameter, words, grouped,
  };
}
