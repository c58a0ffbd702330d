// This file is an OpenAI-compatible server for tests, over real HTTP: it notes what it was asked and answers as told.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeWav } from '../../src/speech/wavFile.ts';

const CHAT_PATH = '/v1/chat/completions';

/** One request as it arrived. */
export interface ModelRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Buffer;
  /** True when the client gave up before the answer was complete. */
  wasAborted: boolean;
}

/** What it speaks. */
export interface ModelSpeech {
  readonly pcm: Int16Array;
  readonly sampleRate: number;
}

/** How it answers. */
export interface ModelAnswers {
  readonly transcript?: string;
  /** Text pieces of the chat; sent one by one. */
  readonly pieces?: readonly string[];
  /** Never ends the chat's answer. */
  readonly isChatEndless?: boolean;
  /** Status per path in place of 200. */
  readonly failures?: Readonly<Record<string, number>>;
  /** Speech for a text. */
  speak?(text: string): ModelSpeech | Promise<ModelSpeech>;
}

/** Starts it on a free port. */
export async function startModelServer(answers: ModelAnswers) {
  const requests: ModelRequest[] = [];
  const chats = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const path = request.url ?? '';
      const noted = { path, authorization: request.headers.authorization, body, wasAborted: false };
      requests.push(noted);
      response.on('close', () => {
        noted.wasAborted = !response.writableFinished;
      });
      if (path === CHAT_PATH) chats.add(response);
      void answer(path, body, response, answers);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    /** Breaks off the chats that are under way. */
    breakChats: () => {
      for (const chat of chats) chat.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

async function answer(path: string, body: Buffer, response: ServerResponse, answers: ModelAnswers): Promise<void> {
  const failure = answers.failures?.[path];
  if (failure !== undefined) {
    response.writeHead(failure).end('secret details');
  } else if (path === '/v1/audio/transcriptions') {
    response.end(JSON.stringify({ text: answers.transcript ?? 'hello' }));
  } else if (path === CHAT_PATH) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const content of answers.pieces ?? []) {
      response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
    }
    if (answers.isChatEndless !== true) response.end('data: [DONE]\n\n');
  } else {
    const { input } = JSON.parse(body.toString('utf8')) as { input: string };
    const { pcm, sampleRate } = (await answers.speak?.(input)) ?? {
      pcm: new Int16Array(2400).fill(5000),
      sampleRate: 24_000,
    };
    response.end(encodeWav(pcm, sampleRate));
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
