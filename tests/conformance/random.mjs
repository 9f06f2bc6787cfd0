/** Chance from a seed: the same seed and name give the same choices everywhere. */
import { createHash } from "node:crypto";

export class Random {
  #state;

  constructor(...seed) {
    this.#state = createHash("sha256").update(seed.join("/")).digest().readUInt32LE(0);
  }

  /** 0 up to, not including, 1: Mulberry's 32-bit generator. */
  number() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low, high) {
    return low + Math.floor(this.number() * (high - low + 1));
  }

  chance(likelihood) {
    return this.number() < likelihood;
  }

  pick(list) {
    return list[Math.floor(this.number() * list.length)];
  }

  /** One of the keys of `{ key: weight }`. */
  weighted(weights) {
    const entries = Object.entries(weights);
    let left = this.number() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return entries.at(-1)[0];
  }

  /** The list in another order. */
  shuffled(list) {
    const all = [...list];
    for (let at = all.length - 1; at > 0; at--) {
      const other = this.between(0, at);
      [all[at], all[other]] = [all[other], all[at]];
    }
    return all;
  }

  some(list, count) {
    return this.shuffled(list).slice(0, count);
  }
}
