// This file drives a native resampler for the benchmark: one process per library, setting and pair of rates.
//
//   resamplers <soxr-voice|soxr-hq|libsamplerate-medium|speex-q7> <input rate> <output rate>
//
// Commands on stdin: "t <blocks>" converts that many blocks of 128 samples of noise and answers the CPU time in ns and
// the samples written; "c <in> <out>" converts a file of floats with a fresh state and answers the most, in ms, that input
// taken was ahead of output given. Mono, float, blocks of 128.
#include <samplerate.h>
#include <soxr.h>
#include <speex/speex_resampler.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BLOCK = 128, NOISE_BLOCKS = 375, OUTPUT = 65536 };

static const char *kind;
static double from_hz, to_hz;
static soxr_t soxr;
static SRC_STATE *src;
static SpeexResamplerState *speex;
static float output[OUTPUT];

static void open_resampler(void) {
  int error = 0;
  if (strncmp(kind, "soxr", 4) == 0) {
    soxr_error_t failure = NULL;
    soxr_quality_spec_t spec = soxr_quality_spec(SOXR_HQ, 0);
    if (strcmp(kind, "soxr-voice") == 0) {
      spec.precision = 17; // bits: 102 dB
      spec.passband_end = 0.9;
      spec.stopband_begin = 1.1;
    }
    soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
    soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
    soxr = soxr_create(from_hz, to_hz, 1, &failure, &io, &spec, &runtime);
    error = soxr == NULL;
  } else if (strcmp(kind, "libsamplerate-medium") == 0) {
    src = src_new(SRC_SINC_MEDIUM_QUALITY, 1, &error);
  } else {
    speex = speex_resampler_init(1, (spx_uint32_t)from_hz, (spx_uint32_t)to_hz, 7, &error);
  }
  if (error != 0) exit(2);
}

static void close_resampler(void) {
  if (soxr != NULL) soxr_delete(soxr);
  if (src != NULL) src_delete(src);
  if (speex != NULL) speex_resampler_destroy(speex);
  soxr = NULL, src = NULL, speex = NULL;
}

/* Converts one block; a null input asks for the rest of the stream, where the library can give it. */
static size_t convert(const float *input, size_t count) {
  if (soxr != NULL) {
    size_t written = 0;
    soxr_process(soxr, input, count, NULL, output, OUTPUT, &written);
    return written;
  }
  if (input == NULL) return 0;
  if (src != NULL) {
    SRC_DATA job = {input, output, (long)count, OUTPUT, 0, 0, 0, to_hz / from_hz};
    src_process(src, &job);
    return (size_t)job.output_frames_gen;
  }
  spx_uint32_t in_count = (spx_uint32_t)count, out_count = OUTPUT;
  speex_resampler_process_float(speex, 0, input, &in_count, output, &out_count);
  return out_count;
}

static double cpu_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e9 + now.tv_nsec;
}

static void time_blocks(const float *noise, long blocks) {
  size_t written = 0;
  const double start = cpu_ns();
  for (long i = 0; i < blocks; i++) written += convert(noise + (i % NOISE_BLOCKS) * BLOCK, BLOCK);
  printf("%.0f %zu\n", cpu_ns() - start, written);
}

static void convert_file(const char *input_path, const char *output_path) {
  float block[BLOCK];
  size_t count, written, taken = 0, given = 0;
  double held_back_ms = 0;
  FILE *in = fopen(input_path, "rb"), *out = fopen(output_path, "wb");
  if (in == NULL || out == NULL) exit(3);
  close_resampler();
  open_resampler();
  while ((count = fread(block, sizeof(float), BLOCK, in)) > 0) {
    written = convert(block, count);
    fwrite(output, sizeof(float), written, out);
    taken += count, given += written;
    const double ahead_ms = (taken / from_hz - given / to_hz) * 1000;
    if (ahead_ms > held_back_ms) held_back_ms = ahead_ms;
  }
  while ((written = convert(NULL, 0)) > 0) fwrite(output, sizeof(float), written, out);
  fclose(in);
  fclose(out);
  printf("%.4f\n", held_back_ms);
}

int main(int argc, char **argv) {
  static float noise[NOISE_BLOCKS * BLOCK];
  char command[8], first[1024], second[1024], line[2200];
  if (argc != 4) return 1;
  kind = argv[1], from_hz = atof(argv[2]), to_hz = atof(argv[3]);
  srand(1);
  for (int i = 0; i < NOISE_BLOCKS * BLOCK; i++) noise[i] = (float)rand() / RAND_MAX - 0.5f;
  open_resampler();
  while (fgets(line, sizeof line, stdin) != NULL) {
    const int fields = sscanf(line, "%7s %1023s %1023s", command, first, second);
    if (fields == 2 && command[0] == 't') time_blocks(noise, atol(first));
    if (fields == 3 && command[0] == 'c') convert_file(first, second);
    fflush(stdout);
  }
  close_resampler();
  return 0;
}
