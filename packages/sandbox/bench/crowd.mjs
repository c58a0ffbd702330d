// This file is the benchmark's crowd of clients: bare sockets, so that the machine is left to the server.
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Histogram } from './histogram.mjs';
import { BareClient } from './bareClient.mjs';
import { makeAgentLine, makeUserFrames } from './speech.mjs';

const FRAME_MS = 20;
/** Clients that connect at once. */
const BATCH = 20;
/** One session in so many has every sample that it hears checked. */
const CHECK_EVERY = 50;
const CLOSE_WAIT_MS = 3000;

/** Many clients of one sandbox. */
export class Crowd {
  #endpoints;
  #query;
  #keepAlive = new Agent({ keepAlive: true, maxSockets: BATCH });
  #clients = [];
  /** Calls so far, also those that are over. */
  #callCount = 0;
  #line = makeAgentLine();
  #isMeasuring = false;
  /** Of clients that have left. */
  #left = { checkedFrames: 0, wrongFrames: 0 };
  #histogram = new Histogram();
  #cpu = process.cpuUsage();
  #timer;
  /** The first of the clients. */
  #speakerCount = 0;

  constructor(endpoints, query) {
    this.#endpoints = endpoints;
    this.#query = query;
  }

  /** Resolves once `count` clients heard `agent_ready`. */
  async connect(count) {
    const line = this.#line;
    while (this.#clients.length < count) {
      const batch = Array.from({ length: Math.min(BATCH, count - this.#clients.length) }, async () => {
        const isChecked = this.#callCount++ % CHECK_EVERY === 0;
        const { token, ws_url: url } = await this.#fetchToken();
        const client = new BareClient(new URL(url), token, isChecked ? line : undefined);
        if (this.#isMeasuring) client.measureInto(this.#histogram);
        await client.ready;
        return client;
      });
      this.#clients.push(...(await Promise.all(batch)));
    }
  }

  /** From now on, the first `count` clients speak, each on its own schedule. */
  speak(count) {
    const frames = makeUserFrames();
    const startMs = performance.now();
    this.#speakerCount = count;
    const speakers = this.#clients.slice(0, count).map((client, i) => ({
      client,
      next: Math.floor((i * frames.length) / count),
      dueMs: startMs + (i * FRAME_MS) / count,
    }));
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      for (const speaker of speakers)
        for (; speaker.dueMs <= nowMs; speaker.dueMs += FRAME_MS)
          speaker.client.sendAudio(frames[speaker.next++ % frames.length]);
    }, 4);
  }

  /** Clients that do not speak. */
  get silentCount() {
    return this.#clients.length - this.#speakerCount;
  }

  /** The `count` clients that have been silent longest hang up, and as many call. */
  async restart(count) {
    const leaving = this.#clients.splice(this.#speakerCount, count);
    for (const client of leaving) {
      this.#left.checkedFrames += client.checkedFrames;
      this.#left.wrongFrames += client.wrongFrames;
      client.close();
    }
    await Promise.all(leaving.map(({ closed }) => closed));
    await this.connect(this.#clients.length + count);
  }

  /** Counts from now on; what came before was warm-up. */
  measure() {
    this.#cpu = process.cpuUsage();
    this.#isMeasuring = true;
    for (const client of this.#clients) client.measureInto(this.#histogram);
  }

  /** Stops speaking and counting. */
  stop() {
    const { user, system } = process.cpuUsage(this.#cpu);
    clearInterval(this.#timer);
    this.#isMeasuring = false;
    const sum = (read) => this.#clients.reduce((total, client) => total + read(client), 0);
    for (const client of this.#clients) client.measureInto(undefined);
    return {
      frames: this.#histogram.count,
      lateness: this.#histogram.summary(),
      checkedFrames: this.#left.checkedFrames + sum(({ checkedFrames }) => checkedFrames),
      wrongFrames: this.#left.wrongFrames + sum(({ wrongFrames }) => wrongFrames),
      callCount: this.#callCount,
      lostSessions: sum(({ isOpen }) => (isOpen ? 0 : 1)),
      cpuMs: (user + system) / 1000,
    };
  }

  /** Says goodbye with all. */
  async close() {
    clearInterval(this.#timer);
    for (const client of this.#clients) client.close();
    await Promise.race([Promise.all(this.#clients.map(({ closed }) => closed)), sleep(CLOSE_WAIT_MS)]);
    this.#keepAlive.destroy();
  }

  async #fetchToken() {
    const call = request(this.#endpoints.tokenUrl + this.#query, {
      method: 'POST',
      agent: this.#keepAlive,
      headers: { authorization: `Bearer ${this.#endpoints.apiKey}` },
    });
    call.end();
    const [response] = await once(call, 'response');
    let text = '';
    for await (const part of response) text += part;
    if (response.statusCode !== 200) throw new Error(`The token endpoint answered ${response.statusCode}: ${text}`);
    return JSON.parse(text);
  }
}
