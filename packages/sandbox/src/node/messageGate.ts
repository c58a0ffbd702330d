// This file keeps one socket that sends thousands of small messages at once from holding up all the others.

/** Of one socket, handled in one turn of the event loop; somebody who speaks sends one. */
const MAX_MESSAGES_PER_TURN = 200;

/** Counts turns of the event loop, for all sockets of a server: one callback per turn in which anything arrives. */
export class TurnCounter {
  #turn = 0;
  #isPlanned = false;
  readonly #next = (): void => {
    this.#isPlanned = false;
    this.#turn += 1;
  };

  current(): number {
    if (!this.#isPlanned) {
      this.#isPlanned = true;
      setImmediate(this.#next);
    }
    return this.#turn;
  }
}

/** Hands on the messages of one socket in their order. While some wait for their turn, the socket should not be read. */
export class MessageGate {
  readonly #turns: TurnCounter;
  readonly #deliver: (data: string | Uint8Array) => void;
  readonly #onChange: () => void;
  /** At most those of one read of the socket, 64 kB. */
  readonly #waiting: (string | Uint8Array)[] = [];
  readonly #drain = (): void => this.#deliverSome();
  #turn = -1;
  #count = 0;
  #atEnd: (() => void) | undefined;

  /** @param onChange Called when `isBusy` has changed. */
  constructor(turns: TurnCounter, deliver: (data: string | Uint8Array) => void, onChange: () => void) {
    this.#turns = turns;
    this.#deliver = deliver;
    this.#onChange = onChange;
  }

  /** True while messages wait. */
  get isBusy(): boolean {
    return this.#waiting.length > 0;
  }

  push(data: string | Uint8Array): void {
    const turn = this.#turns.current();
    if (turn !== this.#turn) {
      this.#turn = turn;
      this.#count = 0;
    }
    this.#count += 1;
    if (this.#count <= MAX_MESSAGES_PER_TURN && !this.isBusy) return this.#deliver(data);
    this.#waiting.push(data);
    if (this.#waiting.length > 1) return;
    setImmediate(this.#drain);
    this.#onChange();
  }

  /** Calls `act` behind the last message. */
  end(act: () => void): void {
    if (this.isBusy) this.#atEnd = act;
    else act();
  }

  #deliverSome(): void {
    for (const data of this.#waiting.slice(0, MAX_MESSAGES_PER_TURN)) this.#deliver(data);
    this.#waiting.splice(0, MAX_MESSAGES_PER_TURN);
    if (this.isBusy) {
      setImmediate(this.#drain);
      return;
    }
    this.#onChange();
    this.#atEnd?.();
  }
}
