// This file exports the tools that vendors' wires are made of, for servers that speak them: bytes, text and audio files.
export type { FormPart, MultipartBody } from './multipart.ts';
export { encodeMultipart } from './multipart.ts';
export type { Base64EncoderOptions, EncodeWholeBase64 } from './base64Encode.ts';
export { Base64Encoder, encodeBase64 } from './base64Encode.ts';
export type { SniffedAudio } from './sniffAudio.ts';
export { sniffAudio } from './sniffAudio.ts';
export { decodeUtf8, encodeUtf8 } from './utf8.ts';
export type { WavHeader, WavHeaderResult } from './wavHeader.ts';
export { WAV_FORMAT_PCM, readWavHeader } from './wavHeader.ts';
