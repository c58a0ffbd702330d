// This file reads the event stream of a chat: the text in it, whatever way its bytes are cut.

/** Longest line that is taken, in characters; a longer one ends the stream with an error. */
const MAX_LINE_CHARS = 65_536;

/** Takes bytes, gives text. */
export class ChatStream {
  readonly #onText: (piece: string) => void;
  readonly #decoder = new TextDecoder();
  #rest = '';

  constructor(onText: (piece: string) => void) {
    this.#onText = onText;
  }

  /** @throws {Error} For a line that is too long. */
  push(bytes: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split(/\r?\n/);
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > MAX_LINE_CHARS) throw new Error('a line of the answer is too long');
    for (const line of lines) this.#readLine(line);
  }

  /** The stream is over; its last line may lack an end. */
  end(): void {
    this.#readLine(this.#rest);
    this.#rest = '';
  }

  /** Lines that hold no text are skipped: comments, the end mark, and what cannot be read. */
  #readLine(line: string): void {
    if (!line.startsWith('data:')) return;
    const text = readDelta(line.slice(5));
    if (text !== '') this.#onText(text);
  }
}

function readDelta(json: string): string {
  try {
    const event = JSON.parse(json) as { choices?: readonly { delta?: { content?: unknown } }[] } | null;
    const content = event?.choices?.[0]?.delta?.content;
    return typeof content === 'string' ? content : '';
  } catch {
    return '';
  }
}
