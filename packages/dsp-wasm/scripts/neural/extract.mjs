// This file takes the weights of Silero's network out of the pinned @ricky0123/vad-web, into assets/sileroVadV6.bin:
// `pnpm --filter @voicewire/dsp-wasm extract:weights`. The result is committed, the same byte for byte every time.
import { mkdirSync, writeFileSync } from 'node:fs';
import { packModel, readSourceModel } from './sourceModel.mjs';
import { encodeWeightFile } from './weightFile.mjs';

const assets = new URL('../../assets/', import.meta.url);
const model = readSourceModel();
mkdirSync(assets, { recursive: true });
const file = encodeWeightFile(packModel(model), 16, model);
writeFileSync(new URL('sileroVadV6.bin', assets), file);
process.stdout.write(`assets/sileroVadV6.bin: ${file.length} bytes\n`);
