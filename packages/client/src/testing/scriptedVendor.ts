// This file is a vendor whose wire is the engine's own words: events and commands as JSON, audio as bytes.
import type {
  Capabilities,
  CloseVerdict,
  ResumePoint,
  SessionCommand,
  SessionEvent,
  SessionStep,
  SocketClose,
  Vendor,
  VendorSession,
} from '@voicewire/protocol';

/** Where the client connects to; the memory server takes any address. */
export const SCRIPTED_URL = 'memory://scripted-agent';
/** Closes with this code mean that the credentials were refused. */
export const UNAUTHORIZED = 4401;

const PCM = { encoding: 'pcm-s16le', sampleRate: 16_000 } as const;
const NOTHING: SessionStep = { send: [], events: [] };

/** The usual figures of a vendor that has everything. */
export const SCRIPTED_CAPABILITIES: Capabilities = {
  uplinkAudio: PCM,
  downlinkAudio: PCM,
  uplinkMessageMs: 20,
  uplinkFraming: 'binary',
  needsContinuousUplink: true,
  turnDetector: 'server',
  generationKey: { kind: 'id' },
  commands: [
    'endUserTurn',
    'sendUserMessage',
    'sendContextualUpdate',
    'interrupt',
    'setTurnDetector',
    'finish',
    'sendRaw',
  ],
  canResume: true,
  mayOverlapConnections: true,
  keepAlive: null,
  maxMessageRate: null,
  maxOutboundMessageBytes: null,
  maxInboundMessageBytes: 1_000_000,
  timeouts: { credentialsMs: 10_000, connectMs: 10_000, acceptMs: 10_000, agentReadyMs: 10_000, closeMs: 1_000 },
};

/** What the server says beside events: which reply the bytes that follow belong to. */
export interface GenerationMark {
  readonly type: 'generation';
  readonly generation: string;
}

/** @param capabilities What is different from the usual: without `interrupt`, slow messages, turns found by the client … */
export function scriptedVendor(capabilities: Partial<Capabilities> = {}): Vendor<Record<string, never>> {
  const all: Capabilities = { ...SCRIPTED_CAPABILITIES, ...capabilities };
  return {
    id: 'scripted',
    capabilities: all,
    credentials: {},
    parseCredentials: () => ({ ok: true, message: {} }),
    connectionRequest: () => ({ url: SCRIPTED_URL, subprotocols: [] }),
    createSession: (_credentials, resume) => new ScriptedSession(all, all.canResume ? resume : undefined),
    redactInbound: (data) => (typeof data === 'string' ? data : `<${data.length} bytes of audio>`),
  };
}

class ScriptedSession implements VendorSession {
  private phase: 'created' | 'open' | 'accepted' | 'ended' = 'created';
  private isUplinkOpen = false;
  private generation: string | undefined;
  private conversationId: string | undefined;

  constructor(
    private readonly capabilities: Capabilities,
    private readonly resume: ResumePoint | undefined,
  ) {}

  open(): SessionStep {
    this.phase = 'open';
    return say({ type: 'open', ...(this.resume && { conversationId: this.resume.conversationId }) });
  }

  receive(data: string | Uint8Array): SessionStep {
    if (typeof data !== 'string') {
      if (this.phase !== 'accepted') return NOTHING;
      const { downlinkAudio: format } = this.capabilities;
      const { generation } = this;
      return hear({ type: 'agentAudio', bytes: data, format, ...(generation !== undefined && { generation }) });
    }
    const event = parse(data);
    if (event.type === 'generation') {
      this.generation = event.generation;
      return NOTHING;
    }
    if (event.type === 'sessionAccepted') {
      this.phase = 'accepted';
      this.conversationId = event.conversationId;
    }
    if (event.type === 'uplinkOpened') this.isUplinkOpen = true;
    if (event.type === 'uplinkClosed') this.isUplinkOpen = false;
    if (event.type === 'sessionEnded') this.end();
    return hear(event);
  }

  command(command: SessionCommand): ReturnType<VendorSession['command']> {
    const { type } = command;
    const isLive = this.phase === 'open' || this.phase === 'accepted';
    const isLegal = type === 'sendAudio' ? this.isUplinkOpen : isLive && this.isOffered(type);
    if (!isLegal) return { ok: false, issues: [{ path: [], expected: 'a command that is legal now', received: type }] };
    if (type === 'sendAudio') {
      const { bytes } = command;
      return { ok: true, step: { send: [{ kind: 'audio', payload: bytes, redacted: 'audio' }], events: [] } };
    }
    if (type !== 'leave') return { ok: true, step: say(command) };
    this.end();
    return { ok: true, step: hear({ type: 'sessionEnded', cause: 'client-ended', vendorReason: 'leave' }) };
  }

  pendingWait(): undefined {
    return undefined;
  }

  expireWait(): SessionStep {
    return NOTHING;
  }

  resumePoint(): ResumePoint | undefined {
    const { conversationId } = this;
    return this.capabilities.canResume && conversationId !== undefined ? { conversationId } : undefined;
  }

  closed({ code, wasOpen }: SocketClose): CloseVerdict {
    const vendorCode = String(code);
    if (!wasOpen) return { code: 'connect-failed', retry: 'backoff', vendorCode };
    if (this.phase === 'ended' || code === 1000) return { code: 'ended', retry: 'none', vendorCode };
    if (code === UNAUTHORIZED) return { code: 'auth-failed', retry: 'new-credentials', vendorCode };
    if (code === 1006) return { code: 'connection-lost', retry: 'backoff', vendorCode };
    return { code: 'closed-by-server', retry: 'never', vendorCode };
  }

  private isOffered(type: Exclude<SessionCommand['type'], 'sendAudio'>): boolean {
    return type === 'keepAlive' || type === 'leave' || this.capabilities.commands.includes(type);
  }

  private end(): void {
    this.phase = 'ended';
    this.isUplinkOpen = false;
  }
}

/** A test may send anything. */
function parse(data: string): SessionEvent | GenerationMark {
  try {
    return JSON.parse(data) as SessionEvent | GenerationMark;
  } catch {
    return {
      type: 'malformedMessage',
      issues: [{ path: [], expected: 'an event as JSON', received: 'something else' }],
    };
  }
}

function say(message: object): SessionStep {
  const payload = JSON.stringify(message);
  return { send: [{ kind: 'control', payload, redacted: payload }], events: [] };
}

function hear(event: SessionEvent): SessionStep {
  return { send: [], events: [event] };
}
