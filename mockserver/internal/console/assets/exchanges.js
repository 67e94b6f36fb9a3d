// A view of a journal that loads only the visible entries.

import { useEffect, useMemo, useRef, useState } from './ui.js';

const pageSize = 200;      // entries of a request
const maxPages = 12;       // pages in memory; others are loaded again
const maxMissed = 1000;    // entries to read after a gap; a longer gap reloads everything
const drawEvery = 50;      // milliseconds; entries within them are drawn together
const restFor = 60;        // milliseconds without scrolling before missing rows are loaded
const recountEvery = 5000; // milliseconds
const pauses = { behind: 250, cut: 2000 }; // milliseconds before a stream is reopened

let made = 0;

// Exchanges reads a journal and follows it. Row 0 is the newest entry.
//
// Existing entries are settled: they are read in pages below the number `before`, so that later entries do not move them. New
// entries are fresh until they fill a page and settle too. Settled pages keep their number; pages that settle on top of them
// have the numbers -1, -2 and so on.
class Exchanges {
  constructor(calls, filter, changed) {
    Object.assign(this, { calls, filter, changed, id: ++made, reading: 0, loaded: false, resumes: true, state: 'opening', error: null, gap: null });
    this.stopper = new AbortController();
    this.begin(0);
  }

  // begin removes all entries and starts another reading.
  begin(last) {
    clearTimeout(this.resting);
    this.reading++;
    Object.assign(this, { before: last + 1, settled: 0, shifted: 0, fresh: [], arrived: 0, recounted: 0, evicted: 0 });
    Object.assign(this, { pages: new Map(), asked: new Set(), looked: [0, 0] });
  }

  // count is the number of rows.
  get count() { return this.fresh.length + this.settled; }

  // key identifies a reading.
  get key() { return `${this.id}-${this.reading}`; }

  // latest is the number of the newest entry, whether or not it matches the filter.
  get latest() { return this.fresh.length > 0 ? this.fresh[0].number : this.before - 1; }

  get stopped() { return this.stopper.signal.aborted; }

  // at returns the entry of a row, or undefined while it is not loaded.
  at(row) {
    if (row < this.fresh.length) return this.fresh[row];
    const place = row - this.fresh.length;
    return this.pages.get(Math.floor(place / pageSize) - this.shifted)?.[place % pageSize];
  }

  // look sets the visible rows. They are loaded when scrolling pauses.
  look(first, last) {
    const page = (row) => Math.max(0, Math.floor((row - this.fresh.length) / pageSize));
    this.looked = [page(first), page(last)];
    clearTimeout(this.resting);
    if (!this.stopped) this.resting = setTimeout(() => this.fill(), restFor);
  }

  fill() {
    for (let page = this.looked[0]; page <= this.looked[1] && page * pageSize < this.settled; page++) {
      const kept = page - this.shifted;
      if (!this.pages.has(kept) && !this.asked.has(kept)) this.load(kept);
    }
  }

  async load(kept) {
    const { reading, asked } = this;
    asked.add(kept);
    try {
      const found = await this.recount({ offset: (kept + this.shifted) * pageSize, limit: pageSize });
      if (reading !== this.reading) return;
      this.pages.set(kept, found.entries);
      this.forgetFarPages();
      this.error = null;
    } catch (error) {
      this.error = error;
    } finally {
      asked.delete(kept);
      this.draw();
    }
  }

  // recount finds settled entries, and counts those that were not evicted.
  async recount(part) {
    const { reading, shifted } = this;
    const found = await this.find({ before: this.before, ...part });
    if (reading === this.reading) {
      this.settled = found.count + (this.shifted - shifted) * pageSize;
      this.evicted = found.journal.evicted;
    }
    return found;
  }

  forgetFarPages() {
    const middle = (this.looked[0] + this.looked[1]) / 2 - this.shifted;
    const byDistance = [...this.pages.keys()].sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    for (const page of byDistance.slice(maxPages)) this.pages.delete(page);
  }

  // take adds new entries, given oldest first, and skips duplicates.
  take(entries) {
    const more = entries.filter((entry) => entry.number > this.latest).reverse();
    this.fresh = [...more, ...this.fresh];
    this.arrived += more.length;
    if (this.fresh.length >= 2 * pageSize) this.settle();
    this.draw();
  }

  settle() {
    while (this.fresh.length >= pageSize) {
      const page = this.fresh.splice(-pageSize);
      this.pages.set(-++this.shifted, page);
      this.settled += pageSize;
      this.before = page[0].number + 1;
    }
    this.forgetFarPages();
  }

  start() {
    this.run();
    this.recounting = setInterval(async () => {
      if (this.recounted === this.arrived || document.hidden || this.state !== 'live') return;
      this.recounted = this.arrived;
      await this.recount({ limit: 1 }).catch(() => {}); // the stream reports an outage
      this.draw();
    }, recountEvery);
  }

  stop() {
    this.stopper.abort();
    clearTimeout(this.resting);
    clearInterval(this.recounting);
  }

  async run() {
    while (!this.stopped) {
      try {
        await this.follow();
        this.interrupt('cut');
      } catch (error) {
        this.interrupt('cut');
        Object.assign(this, { state: 'cut', error, resumes: error.status !== 0 }); // another mock may answer next
      }
      this.draw();
      await new Promise((resolve) => { setTimeout(resolve, pauses[this.state]); });
    }
  }

  // follow opens the stream, then reads existing entries, then takes those of the stream, so that none is missed.
  async follow() {
    const batch = batched((entries) => { if (!this.stopped) this.take(entries); });
    try {
      await this.calls.follow(this.filter, this.stopper.signal, {
        open: () => this.open(),
        exchange: batch.add,
        control: batch.add,
        reset: () => { batch.drop(); this.begin(0); this.draw(); },
        dropped: () => this.interrupt('behind'),
      });
    } finally {
      batch.flush();
    }
  }

  async open() {
    await this.read();
    if (this.gap) this.gap.over = new Date();
    Object.assign(this, { state: 'live', error: null, loaded: true, resumes: true });
    this.draw();
  }

  // read reads the existing entries or, after a gap, the missed ones.
  async read() {
    if (this.loaded && this.resumes) {
      const missed = await this.find({ after: this.latest, limit: maxMissed });
      if (missed.count <= maxMissed && missed.journal.last >= this.latest) {
        this.take(missed.entries.reverse());
        return;
      }
    }
    const found = await this.find({ limit: pageSize });
    this.begin(found.journal.last);
    Object.assign(this, { settled: found.count, evicted: found.journal.evicted });
    this.pages.set(0, found.entries);
  }

  // interrupt notes that a live stream fell behind or was cut.
  interrupt(state) {
    if (this.state !== 'live') return;
    Object.assign(this, { state, gap: { why: state, at: new Date(), over: null } });
    this.draw();
  }

  find(part) { return this.calls.find({ ...this.filter, ...part }); }

  draw() { if (!this.stopped) this.changed(); }
}

// batched collects entries for a moment, so that hundreds a second are drawn a few times.
function batched(take) {
  let waiting = [];
  const flush = () => {
    const all = waiting;
    waiting = [];
    if (all.length > 0) take(all);
  };
  return {
    add: (entry) => { if (waiting.push(entry) === 1) setTimeout(flush, drawEvery); },
    drop: () => { waiting = []; },
    flush,
  };
}

// useExchanges follows the entries that match a filter. Until those of a new filter are loaded, `list` has those of the previous
// one; `latest` is the state of the new one.
export function useExchanges(calls, filter) {
  const [, redraw] = useState(0);
  const [round, setRound] = useState(0);
  const latest = useMemo(() => new Exchanges(calls, filter, () => redraw((n) => n + 1)), [calls, JSON.stringify(filter), round]);
  const shown = useRef(latest);
  useEffect(() => {
    latest.start();
    return () => latest.stop();
  }, [latest]);
  if (latest.loaded) shown.current = latest;
  return { latest, list: shown.current, reload: () => setRound((n) => n + 1) };
}
