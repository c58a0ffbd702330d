// This file is one client on a bare TCP socket: it knows of WebSockets what this benchmark needs and no more.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { fillExpected } from './speech.mjs';

const FRAME_MS = 20;
const FRAME_BYTES = 640;
const [TEXT, BINARY, CLOSE] = [1, 2, 8];
/** What all clients read into: a buffer per read would cost this process more than all else that it does. */
const READ_BUFFER = Buffer.alloc(65_536);
const NOTHING = Buffer.alloc(0);
/** A mask of zeros is a mask (RFC 6455 section 5.3), and costs nothing. */
const MASK_BYTES = 4;

/** Counts the lateness of each frame: against the schedule that its earliest frame so far defines, one every 20 ms. */
export class BareClient {
  /** Resolves at `agent_ready`. */
  ready;
  closed;
  isOpen = true;
  checkedFrames = 0;
  wrongFrames = 0;
  #socket;
  #line;
  #expected = new Int16Array(FRAME_BYTES / 2);
  #held = NOTHING;
  #isUpgraded = false;
  #frameCount = 0;
  #earliestMs = Infinity;
  #histogram;
  #resolveReady;

  /** @param line What the agent says over and over; given, every sample is checked. */
  constructor(url, token, line) {
    this.#line = line;
    const onread = {
      buffer: READ_BUFFER,
      callback: (byteCount, buffer) => {
        this.#receive(buffer.subarray(0, byteCount), token);
        return true;
      },
    };
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true, onread });
    this.closed = new Promise((resolve) => {
      this.#socket.once('close', () => {
        this.isOpen = false;
        resolve();
      });
    });
    this.ready = new Promise((resolve, reject) => {
      this.#resolveReady = resolve;
      // 'close' follows; whoever waits for the session by then learns why.
      this.#socket.on('error', reject);
      void this.closed.then(() => reject(new Error('The session closed before agent_ready.')));
    });
    this.#socket.write(
      `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
  }

  /** From now on, the lateness of each frame goes into `histogram`; undefined ends it. */
  measureInto(histogram) {
    this.#histogram = histogram;
  }

  sendAudio(bytes) {
    this.#send(BINARY, bytes);
  }

  close() {
    if (this.isOpen) this.#send(CLOSE, Buffer.from([1000 >> 8, 1000 & 255]));
  }

  #send(opcode, payload) {
    const isLong = payload.length > 125;
    const frame = Buffer.alloc((isLong ? 4 : 2) + MASK_BYTES + payload.length);
    frame[0] = 0x80 | opcode;
    frame[1] = 0x80 | (isLong ? 126 : payload.length);
    if (isLong) frame.writeUInt16BE(payload.length, 2);
    payload.copy(frame, frame.length - payload.length);
    this.#socket.write(frame);
  }

  #receive(bytes, token) {
    const nowMs = performance.now();
    let held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    if (!this.#isUpgraded) {
      const end = held.indexOf('\r\n\r\n');
      if (end >= 0) {
        this.#isUpgraded = true;
        held = held.subarray(end + 4);
        this.#send(TEXT, Buffer.from(JSON.stringify({ token })));
      }
    }
    const rest = this.#isUpgraded ? this.#readFrames(held, nowMs) : held;
    this.#held = rest.length === 0 ? NOTHING : Buffer.from(rest);
  }

  /** @returns What is left of `held`. */
  #readFrames(held, nowMs) {
    let at = 0;
    while (held.length - at >= 2) {
      const isLong = held[at + 1] === 126;
      if (isLong && held.length - at < 4) break;
      const start = at + (isLong ? 4 : 2);
      const end = start + (isLong ? held.readUInt16BE(at + 2) : held[at + 1]);
      if (end > held.length) break;
      this.#read(held[at] & 15, held, start, end, nowMs);
      at = end;
    }
    return held.subarray(at);
  }

  #read(opcode, held, start, end, nowMs) {
    if (opcode === BINARY) this.#hear(held, start, end, nowMs);
    else if (opcode === TEXT && held.toString('utf8', start, end).includes('agent_ready')) this.#resolveReady();
    else if (opcode === CLOSE) this.#socket.end();
  }

  #hear(held, start, end, nowMs) {
    const scheduleMs = nowMs - FRAME_MS * this.#frameCount;
    if (scheduleMs < this.#earliestMs) this.#earliestMs = scheduleMs;
    this.#histogram?.add(scheduleMs - this.#earliestMs);
    if (this.#line !== undefined) this.#check(held, start, end);
    this.#frameCount += 1;
  }

  #check(held, start, end) {
    fillExpected(this.#expected, this.#frameCount, this.#line);
    let isRight = end - start === FRAME_BYTES;
    for (let i = 0; isRight && i < this.#expected.length; i++)
      isRight = held.readInt16LE(start + 2 * i) === this.#expected[i];
    this.checkedFrames += 1;
    if (!isRight) this.wrongFrames += 1;
  }
}
