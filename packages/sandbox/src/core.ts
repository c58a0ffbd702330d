// This file names what the platform-free core offers; both entry points export it.
export type { Agent, AgentContext, AgentFactory, Speech, UserText } from './agents/agent.ts';
export type { SpeechStart, TranscribedUtterance, Utterance } from './hearing/utterance.ts';
export { AGENT_SAMPLE_RATE } from './agents/agent.ts';
export type { AgentName, NamedAgents } from './agents/agents.ts';
export { AGENT_NAMES } from './agents/agents.ts';
export type { ConversationOptions } from './agents/conversation.ts';
export { conversation } from './agents/conversation.ts';
export { echo } from './agents/echo.ts';
export type { SpeakerOptions } from './agents/speaker.ts';
export { speaker } from './agents/speaker.ts';
export type { Script, ScriptTurn } from './agents/script.ts';
export { scripted } from './agents/scripted.ts';
export type { ToneMark, TonesOptions } from './agents/tones.ts';
export { TONE_CHUNK_MS, readTones, tones } from './agents/tones.ts';
export type { AudioTruthLevel, TruthRuleId } from './truth/audioTruth.ts';
export { AUDIO_TRUTH_LEVELS, TRUTH_RULES } from './truth/audioTruth.ts';
export { createTestSignal } from './truth/testSignal.ts';
export type { Clock } from './clock.ts';
export type { SandboxErrorCode } from './errors.ts';
export { SandboxError } from './errors.ts';
export type { SpeechDetector, TurnOptions } from './hearing/hearing.ts';
export { DEFAULT_TURN_OPTIONS } from './hearing/hearing.ts';
export type { Transcriber } from './hearing/transcriber.ts';
export { describeSpeech } from './hearing/transcriber.ts';
export type { ImpairmentName, ImpairmentPlan, NamedImpairment } from './impairments/plan.ts';
export { IMPAIRMENTS } from './impairments/plan.ts';
export { readImpairment } from './impairments/readPlan.ts';
export type { NetworkTrace } from './impairments/trace.ts';
export type { ConnectionRecord } from './ledger/connectionLedger.ts';
export type { Ledger } from './ledger/ledger.ts';
export type {
  ConnectionCounters,
  FrameRecord,
  LedgerEntry,
  LedgerSink,
  LineRecord,
  RequestRecord,
  Severity,
  UtteranceRecord,
  Violation,
} from './ledger/records.ts';
export type { Random } from './random.ts';
export { createRandom } from './random.ts';
export type { Sandbox, SandboxBehaviour, SandboxDsp, SandboxOptions } from './sandbox.ts';
export { createSandbox } from './sandbox.ts';
export type { Scenario, ScenarioFaults } from './scenarios/scenario.ts';
export type { ScenarioName } from './scenarios/scenarios.ts';
export { SCENARIOS } from './scenarios/scenarios.ts';
export type { AccessPolicy } from './server/access.ts';
export type { Rule } from './server/breaches.ts';
export { COMMON_RULES } from './server/commonRules.ts';
export type { Policy, Profile } from './server/policy.ts';
export { POLICIES, PROFILES } from './server/policy.ts';
export type {
  IncomingConnection,
  ServerSocket,
  ServerSocketEvents,
  SocketClose,
  UpgradeRequest,
} from './server/connection.ts';
export type { Fault, FaultDescription, FaultSettings } from './server/faultPlan.ts';
export type { HttpRequest, HttpResponse, ResponseProducer, ResponseSink, ResponseStream } from './server/http.ts';
export type { StreamResampler, StreamResamplerOptions } from './server/vendorServer.ts';
export type { AmigoFault, AmigoFaultName } from './amigo/faults.ts';
export { FAULTS as AMIGO_FAULTS } from './amigo/faults.ts';
export type { AmigoServerOptions, AmigoSettings } from './amigo/options.ts';
export type { AmigoPlaybackBreach, AmigoPlaybackEvidence, AmigoPlayedSpan, AmigoToldSpeech } from './amigo/playback.ts';
export { judgeAmigoPlayback } from './amigo/playback.ts';
export type { RateWindow } from './amigo/rateWindow.ts';
export type { RuleId as AmigoRuleId } from './amigo/rules.ts';
export { RULES as AMIGO_RULES } from './amigo/rules.ts';
export type { AmigoNotesFault, AmigoNotesFaultName } from './amigo-notes/faults.ts';
export { FAULTS as AMIGO_NOTES_FAULTS } from './amigo-notes/faults.ts';
export type { AmigoNotesServerOptions } from './amigo-notes/options.ts';
export type { RuleId as AmigoNotesRuleId } from './amigo-notes/rules.ts';
export { RULES as AMIGO_NOTES_RULES } from './amigo-notes/rules.ts';
export type { AmigoAccountOptions } from './amigo-shared/accounts.ts';
export type { AmigoEndpoints } from './amigo-shared/endpoints.ts';
export type { SocaEndpoints } from './soca/endpoints.ts';
export type { SocaFault, SocaFaultName } from './soca/faults.ts';
export { FAULTS as SOCA_FAULTS } from './soca/faults.ts';
export type { PlaybackBreach, PlaybackEvidence, PlayedSpan } from './soca/playback.ts';
export { judgePlayback } from './soca/playback.ts';
export type { SocaServerOptions, SocaSettings } from './soca/options.ts';
export type { BargeGateThresholds, PartialTranscript } from './soca/bargeGate.ts';
export type { SocaRuleId } from './soca/rules.ts';
export { RULES as SOCA_RULES } from './soca/rules.ts';
export type { Mp3Codec, Mp3Shape } from './speech/mp3Codec.ts';
export { loadMp3Codec } from './speech/mp3Codec.ts';
export type { Synthesizer, Voice } from './speech/voice.ts';
export type { Endpoints, VendorName, VendorOptions } from './vendors.ts';
export { VENDORS, VENDOR_NAMES } from './vendors.ts';
export type { VoiceApiEndpoints } from './voice-api/endpoints.ts';
export type { VoiceApiFault, VoiceApiFaultName } from './voice-api/faults.ts';
export { FAULTS as VOICE_API_FAULTS } from './voice-api/faults.ts';
export type { VoiceApiOptions } from './voice-api/options.ts';
export type { VoiceApiRuleId } from './voice-api/rules.ts';
export { RULES as VOICE_API_RULES } from './voice-api/rules.ts';
