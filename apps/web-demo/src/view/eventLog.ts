// This file is the log: the newest entries, in order, that can be scrolled, copied and cleared.

/** About an hour of conversation; older entries go. */
export const MAX_ENTRIES = 500;
/** So near to the end still counts as reading the end. */
const END_TOLERANCE_PX = 24;

/** One line. */
interface LogEntry {
  /** Since the call was started, in seconds with milliseconds. */
  readonly time: string;
  readonly name: string;
  readonly text: string;
}

export class EventLog {
  private readonly entries: LogEntry[] = [];
  private originMs: number;
  /** Whether the end is being read; whoever scrolls up is left there. */
  private isFollowing = true;

  /** @param list Receives an item per entry. @param empty Shown while there is none. */
  constructor(
    private readonly list: HTMLElement,
    private readonly empty: HTMLElement,
    private readonly nowMs: () => number,
  ) {
    this.originMs = nowMs();
    list.addEventListener('scroll', () => (this.isFollowing = this.isAtEnd()), { passive: true });
  }

  /** Times count from now on: a call begins. */
  restartClock(): void {
    this.originMs = this.nowMs();
  }

  add(name: string, text: string): void {
    const entry = { time: ((this.nowMs() - this.originMs) / 1000).toFixed(3), name, text };
    this.entries.push(entry);
    this.list.append(createItem(this.list.ownerDocument, entry));
    if (this.entries.length > MAX_ENTRIES) {
      this.entries.shift();
      this.list.firstElementChild?.remove();
    }
    this.empty.hidden = true;
    if (this.isFollowing) this.list.scrollTop = this.list.scrollHeight;
  }

  clear(): void {
    this.entries.length = 0;
    this.list.replaceChildren();
    this.empty.hidden = false;
  }

  /** One line per entry, columns parted by tabs. */
  toText(): string {
    return this.entries.map(({ time, name, text }) => `${time}\t${name}\t${text}\n`).join('');
  }

  private isAtEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.list;
    return scrollHeight - scrollTop - clientHeight <= END_TOLERANCE_PX;
  }
}

function createItem(page: Document, { time, name, text }: LogEntry): HTMLElement {
  const item = page.createElement('li');
  item.dataset['event'] = name;
  for (const [className, content] of [
    ['log-time', time],
    ['log-name', name],
    ['log-text', text],
  ] as const) {
    const part = page.createElement('span');
    part.className = className;
    part.textContent = content;
    item.append(part);
  }
  return item;
}
